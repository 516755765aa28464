//! The violations.

use std::str::FromStr;

use super::UnknownSwitch;

switches! {
    /// A plausible bug, and the requirements that it breaks.
    pub enum Deviation as "deviation" {
        // Discovery and collections
        InboxWithoutToken = "inbox-without-token",
            "OPTIONS on the Inbox lacks calendar-auto-schedule.",
            breaks ["caldav-sched-10-3-1"];
        NoCalendarAccessToken = "no-calendar-access-token",
            "calendar-auto-schedule is advertised without calendar-access.",
            breaks ["caldav-sched-10-3-2"];
        InboxResourcetypeWrong = "inbox-resourcetype-wrong",
            "The Inbox's resourcetype lacks CALDAV:schedule-inbox.",
            breaks ["caldav-sched-10-4.2-2", "caldav-sched-10-4.2-3"];
        OutboxResourcetypeWrong = "outbox-resourcetype-wrong",
            "The Outbox's resourcetype lacks DAV:collection.",
            breaks ["caldav-sched-10-4.1-1"];
        InboxDeletable = "inbox-deletable",
            "A client can delete its Inbox.",
            breaks ["caldav-sched-10-4-2"];
        InboxTakesCollections = "inbox-takes-collections",
            "A collection can be made inside the Inbox.",
            breaks ["caldav-sched-10-4.2-6"];
        InboxNotQueried = "inbox-not-queried",
            "calendar-query finds nothing in the Inbox.",
            breaks ["caldav-sched-10-4.3-1", "caldav-sched-10-4.3-3"];
        StartlessNotMatched = "startless-not-matched",
            "A message without DTSTART is in no time range of the Inbox.",
            breaks ["caldav-sched-10-4.3-3"];
        InboxFreeBusyQuery = "inbox-free-busy-query",
            "free-busy-query is answered on the Inbox.",
            breaks ["caldav-sched-10-4.3-4"];
        AllpropTellsAll = "allprop-tells-all",
            "allprop returns the scheduling properties of principals and calendars.",
            breaks ["caldav-sched-10-12.1-2", "caldav-sched-10-13.2.1-2", "caldav-sched-10-13.2.2-2",
                "caldav-sched-10-13.2.3-3", "caldav-sched-10-13.2.4-3"];
        AddressNotSearchable = "address-not-searchable",
            "principal-property-search knows no CALDAV:calendar-user-address-set.",
            breaks ["caldav-sched-10-13.2.3-5", "caldav-sched-10-13.2.3-6"];
        TypeNotSearchable = "type-not-searchable",
            "principal-property-search knows no CALDAV:calendar-user-type.",
            breaks ["caldav-sched-10-13.2.4-6", "caldav-sched-10-13.2.4-7"];
        PrivilegesMissing = "privileges-missing",
            "supported-privilege-set of Inbox and Outbox lacks the scheduling privileges.",
            breaks ["caldav-sched-10-13.1-2", "caldav-sched-10-13.1-4", "caldav-sched-10-13.1.1.1-2",
                "caldav-sched-10-13.1.1.2-2", "caldav-sched-10-13.1.1.3-2", "caldav-sched-10-13.1.1.4-2",
                "caldav-sched-10-13.1.2.1-2", "caldav-sched-10-13.1.2.2-2", "caldav-sched-10-13.1.2.3-2",
                "caldav-sched-10-13.1.2.4-2", "caldav-sched-10-13.1.3-1", "caldav-sched-10-13.1.3-2",
                "caldav-sched-10-13.1.3-3"];
        PrivilegesAbstract = "privileges-abstract",
            "The scheduling privileges are abstract.",
            breaks ["caldav-sched-10-13.1-3"];
        PrivilegesFlat = "privileges-flat",
            "The scheduling privileges are listed side by side, without aggregation.",
            breaks ["caldav-sched-10-13.1.3-2", "caldav-sched-10-13.1.3-3"];
        ExtensionElementsRefused = "extension-elements-refused",
            "A PROPFIND or REPORT with an unknown element is answered 400.",
            breaks ["caldav-sched-10-1.5-2"];
        // Default calendar
        DefaultCalendarDeletable = "default-calendar-deletable",
            "The default calendar can be deleted.",
            breaks ["caldav-sched-10-6.4-8", "caldav-sched-10-6.4.1.1-1"];
        DefaultCalendarUnchecked = "default-calendar-unchecked",
            "Anything can be set as default calendar.",
            breaks ["caldav-sched-10-6.4-7"];
        // Tags
        NoScheduleTagOnGet = "no-schedule-tag-on-get",
            "GET of a scheduling object has no Schedule-Tag.",
            breaks ["caldav-sched-10-8-2", "caldav-sched-10-8-6", "caldav-sched-10-11.2-1", "caldav-sched-10-11.2-2",
                "caldav-sched-10-B.1-1"];
        NoScheduleTagOnPut = "no-schedule-tag-on-put",
            "PUT of a scheduling object has no Schedule-Tag.",
            breaks ["caldav-sched-10-8-7", "caldav-sched-10-B.1-1", "caldav-sched-10-B.7-1"];
        NoScheduleTagOnMove = "no-schedule-tag-on-move",
            "COPY and MOVE of a scheduling object have no Schedule-Tag.",
            breaks ["caldav-sched-10-8-8"];
        NoScheduleTagProperty = "no-schedule-tag-property",
            "Scheduling objects have no CALDAV:schedule-tag.",
            breaks ["caldav-sched-10-8-2", "caldav-sched-10-8-7", "caldav-sched-10-12.3-4",
                "caldav-sched-10-12.3-5", "caldav-sched-10-12.3-6", "caldav-sched-10-12.3-2",
                "caldav-sched-10-12.3-3"];
        ScheduleTagUnquoted = "schedule-tag-unquoted",
            "Schedule tags have no quotes.",
            breaks ["caldav-sched-10-11.2-2", "caldav-sched-10-12.3-5", "caldav-sched-10-12.3-6"];
        ScheduleTagWritable = "schedule-tag-writable",
            "PROPPATCH of CALDAV:schedule-tag succeeds.",
            breaks ["caldav-sched-10-12.3-1"];
        ScheduleTagChangesOnReply = "schedule-tag-changes-on-reply",
            "The organizer's schedule tag changes when a reply is processed.",
            breaks ["caldav-sched-10-8-9"];
        ScheduleTagChangesOnStatus = "schedule-tag-changes-on-status",
            "An attendee's schedule tag changes when only the participation of others does.",
            breaks ["caldav-sched-10-8-12"];
        ScheduleTagStale = "schedule-tag-stale",
            "A direct PUT does not change the schedule tag.",
            breaks ["caldav-sched-10-8-1", "caldav-sched-10-8-10", "caldav-sched-10-8-13",
                "caldav-sched-10-8.1-2", "caldav-sched-10-8.2-2", "caldav-sched-10-B.3-1"];
        ScheduleTagStaleOnUpdate = "schedule-tag-stale-on-update",
            "An attendee's schedule tag stays when the organizer reschedules.",
            breaks ["caldav-sched-10-8-11", "caldav-sched-10-8.1-2", "caldav-sched-10-11.3-1"];
        IfScheduleTagMatchIgnored = "if-schedule-tag-match-ignored",
            "If-Schedule-Tag-Match is not looked at.",
            breaks ["caldav-sched-10-8-1", "caldav-sched-10-8-3", "caldav-sched-10-8.1-1",
                "caldav-sched-10-8.1-2", "caldav-sched-10-8.2-2", "caldav-sched-10-11.3-1", "caldav-sched-10-11.3-2"];
        IfScheduleTagMatchOnDestination = "if-schedule-tag-match-on-destination",
            "If-Schedule-Tag-Match of a MOVE must also match what is at the destination.",
            breaks ["caldav-sched-10-8-4"];
        NoMergeOnScheduleTag = "no-merge-on-schedule-tag",
            "A PUT whose schedule tag matches overwrites the replies that came in meanwhile.",
            breaks ["caldav-sched-10-8.1-1", "caldav-sched-10-8-3"];
        MergeForgetsInstances = "merge-forgets-instances",
            "A PUT whose schedule tag matches drops instances that were overridden for a reply meanwhile.",
            breaks ["caldav-sched-10-8.1-1"];
        EtagKept = "etag-kept",
            "The ETag stays when a reply changes the organizer's object.",
            breaks ["caldav-sched-10-8-14"];
        // Methods
        ScheduleReplyIgnored = "schedule-reply-ignored",
            "Schedule-Reply: F is not looked at.",
            breaks ["caldav-sched-10-5.2.2.4-6", "caldav-sched-10-11.1-1", "caldav-sched-10-11.1-4", "caldav-sched-10-15.3-1"];
        ScheduleReplyForOrganizers = "schedule-reply-for-organizers",
            "Schedule-Reply: F also keeps an organizer's removal from being announced.",
            breaks ["caldav-sched-10-5.2.1.3-1"];
        TransparencyLost = "transparency-lost",
            "COPY and MOVE of a calendar lose its schedule-calendar-transp.",
            breaks ["caldav-sched-10-12.1-3", "caldav-sched-10-12.1-4"];
        CollectionDeletedSilently = "collection-deleted-silently",
            "DELETE of a calendar sends nothing for the objects in it.",
            breaks ["caldav-sched-10-5.2.3.4-2"];
        MoveBetweenCalendarsCancels = "move-between-calendars-cancels",
            "MOVE from calendar to calendar acts as DELETE and PUT.",
            breaks ["caldav-sched-10-5.2.3.3-4"];
        CopyBetweenCalendarsInvites = "copy-between-calendars-invites",
            "COPY from calendar to calendar acts as PUT.",
            breaks ["caldav-sched-10-5.2.3.2-4"];
        CopyOutMoves = "copy-out-moves",
            "COPY out of the calendars acts as MOVE.",
            breaks ["caldav-sched-10-5.2.3.2-3"];
        CopyInSilent = "copy-in-silent",
            "COPY into a calendar from elsewhere sends nothing.",
            breaks ["caldav-sched-10-5.2.3.2-2", "caldav-sched-10-12.3-3", "caldav-sched-10-8-8"];
        OutsideInvites = "outside-invites",
            "COPY and MOVE between collections that are no calendars send invitations.",
            breaks ["caldav-sched-10-5.2.3.2-1", "caldav-sched-10-5.2.3.3-1"];
        MoveInSilent = "move-in-silent",
            "MOVE into a calendar from elsewhere sends nothing.",
            breaks ["caldav-sched-10-5.2.3.3-2", "caldav-sched-10-8-8", "caldav-sched-10-12.3-3"];
        InboxDeleteDeclines = "inbox-delete-declines",
            "Deleting an invitation from the Inbox acts as deleting the event.",
            breaks ["caldav-sched-10-5.1-3"];
        AttendeeDeleteKeeps = "attendee-delete-keeps",
            "An attendee's DELETE declines and removes nothing.",
            breaks ["caldav-sched-10-5.2.2.4-1"];
        BareRefusals = "bare-refusals",
            "Refusals have no body.",
            breaks ["caldav-sched-10-5.2.1.1-10", "caldav-sched-10-5.2.1.1-11", "caldav-sched-10-5.2.1.2-22",
                "caldav-sched-10-5.2.2.1-12", "caldav-sched-10-5.2.3-1", "caldav-sched-10-5.2.4.2-1",
                "caldav-sched-10-5.2.4.3-1", "caldav-sched-10-5.2.4.4-1", "caldav-sched-10-6.4.1.1-1",
                "caldav-sched-10-7.2.3-1", "caldav-sched-10-7.2.4-1", "caldav-sched-10-7.2.5-1",
                "caldav-sched-10-7.2.6-1", "caldav-sched-10-7.2.7-1"];
        ConditionsInDavNamespace = "conditions-in-dav-namespace",
            "CalDAV preconditions are written in the namespace DAV:.",
            breaks ["caldav-sched-10-5.2.1.1-10", "caldav-sched-10-5.2.1.1-11", "caldav-sched-10-5.2.1.2-22",
                "caldav-sched-10-5.2.2.1-12", "caldav-sched-10-5.2.3-1", "caldav-sched-10-5.2.4.2-1",
                "caldav-sched-10-5.2.4.3-1", "caldav-sched-10-5.2.4.4-1", "caldav-sched-10-6.4.1.1-1",
                "caldav-sched-10-7.2.3-1", "caldav-sched-10-7.2.4-1", "caldav-sched-10-7.2.5-1",
                "caldav-sched-10-7.2.6-1", "caldav-sched-10-7.2.7-1"];
        ForeignUidTold = "foreign-uid-told",
            "A UID that another organizer uses is refused with the URL of that organizer's object.",
            breaks ["rfc6638-11.4-4"];
        NobodyNeedsToAuthenticate = "nobody-needs-to-authenticate",
            "Requests without credentials are taken as those of the owner.",
            breaks ["rfc6638-11-2", "rfc6638-11.4-1"];
        AuthenticationTooLate = "authentication-too-late",
            "Requests without credentials are answered 401 after they have been carried out.",
            breaks ["rfc6638-11.4-1"];
        SendsBeforeRefusing = "sends-before-refusing",
            "A PUT or DELETE that is refused, be it for a SEQUENCE that was not raised, has sent its messages by then.",
            breaks ["caldav-sched-10-5.2.1.1-7", "caldav-sched-10-5.2.1.1-10", "caldav-sched-10-5.2.1.2-22",
                "caldav-sched-10-5.2.5-4", "caldav-sched-10-8.1-2", "caldav-sched-10-8.2-2", "rfc6638-11.5-1"];
        // Busy time
        ValidOrganizerUnchecked = "valid-organizer-unchecked",
            "A busy time request may name any ORGANIZER.",
            breaks ["caldav-sched-10-7-3", "caldav-sched-10-7.2.6-1", "caldav-sched-10-15.2-1"];
        SchedulingMessageUnchecked = "scheduling-message-unchecked",
            "A busy time request is not held to iTIP.",
            breaks ["caldav-sched-10-7-1", "caldav-sched-10-7.2.5-1"];
        CalendarDataUnchecked = "calendar-data-unchecked",
            "What is posted to the Outbox need not be iCalendar: anything else is answered as a request for nobody's busy time.",
            breaks ["caldav-sched-10-7.2.3-1", "caldav-sched-10-7.2.4-1"];
        OutboxSizeUnchecked = "outbox-size-unchecked",
            "A busy time request may be bigger than the Outbox's max-resource-size.",
            breaks ["caldav-sched-10-7.2.7-1"];
        FirstRecipientOnly = "first-recipient-only",
            "Only the first attendee of a busy time request is answered.",
            breaks ["caldav-sched-10-7-4", "caldav-sched-10-7.3-2", "caldav-sched-10-7.3-3",
                "caldav-sched-10-B.5-1"];
        RecipientAsText = "recipient-as-text",
            "CALDAV:recipient holds the address as text.",
            breaks ["caldav-sched-10-7.3-3", "caldav-sched-10-14.3-1"];
        ScheduleResponseInDavNamespace = "schedule-response-in-dav-namespace",
            "The answer to a busy time request is in the namespace DAV:.",
            breaks ["caldav-sched-10-1.5-4", "caldav-sched-10-7.3-1", "caldav-sched-10-14.1-1",
                "caldav-sched-10-B.5-1", "caldav-sched-10-7-4", "caldav-sched-10-7.3-2", "caldav-sched-10-7.3-3",
                "caldav-sched-10-14.2-1", "caldav-sched-10-14.3-1", "caldav-sched-10-14.4-1",
                "caldav-sched-10-12.1-6", "caldav-sched-10-12.1-8"];
        TransparentCalendarsBusy = "transparent-calendars-busy",
            "Calendars marked transparent count as busy.",
            breaks ["caldav-sched-10-12.1-7"];
        BusyListCut = "busy-list-cut",
            "Of the periods that one FREEBUSY lists, only the first counts as busy.",
            breaks ["rfc5546-3.3-4"];
        // Scheduling: what is sent
        FirstAddressOnly = "first-address-only",
            "Only the first of a user's addresses makes them organizer or attendee.",
            breaks ["caldav-sched-10-5.1-1"];
        AnyoneOrganizes = "anyone-organizes",
            "An object of another organizer, and without the owner as attendee, is scheduled as if it were the owner's.",
            breaks ["caldav-sched-10-5.1-3", "caldav-sched-10-5.2.3.1-1", "caldav-sched-10-5.2.3.1-3",
                "caldav-sched-10-15.1-4"];
        AgentIgnored = "agent-ignored",
            "SCHEDULE-AGENT=CLIENT and NONE are treated as SERVER.",
            breaks ["caldav-sched-10-5.2.1.1-2", "caldav-sched-10-5.2.1.1-3", "caldav-sched-10-5.2.1.1-6",
                "caldav-sched-10-5.2.1.2-4", "caldav-sched-10-5.2.1.2-5", "caldav-sched-10-5.2.1.2-8",
                "caldav-sched-10-5.2.1.2-9", "caldav-sched-10-5.2.1.2-10", "caldav-sched-10-5.2.1.2-12",
                "caldav-sched-10-5.2.1.2-13", "caldav-sched-10-5.2.1.2-14", "caldav-sched-10-5.2.1.2-16",
                "caldav-sched-10-5.2.1.2-17", "caldav-sched-10-5.2.1.3-2", "caldav-sched-10-5.2.1.3-3",
                "caldav-sched-10-5.2.2.2-2", "caldav-sched-10-5.2.2.2-3", "caldav-sched-10-5.2.2.3-2",
                "caldav-sched-10-5.2.2.3-3", "caldav-sched-10-5.2.2.4-2", "caldav-sched-10-5.2.2.4-3",
                "caldav-sched-10-10.1-1", "caldav-sched-10-10.1-8", "rfc6638-7.3-1",
                "caldav-sched-10-5.2.2.1-10"];
        AgentCaseSensitive = "agent-case-sensitive",
            "A SCHEDULE-AGENT in lower case is an unknown one.",
            breaks ["caldav-sched-10-10.1-1"];
        UnknownAgentIsServer = "unknown-agent-is-server",
            "An unknown SCHEDULE-AGENT is treated as SERVER.",
            breaks ["caldav-sched-10-5.2.1.1-6", "caldav-sched-10-10.1-8"];
        OrganizerInvitesItself = "organizer-invites-itself",
            "An organizer who is also an attendee is sent a message.",
            breaks ["caldav-sched-10-5.2.1-1", "caldav-sched-10-5.2.1.1-6", "caldav-sched-10-B.1-1",
                "rfc5546-1.4-1"];
        NoCancelToRemoved = "no-cancel-to-removed",
            "An attendee who is removed from an event is not told.",
            breaks ["caldav-sched-10-5.2.1.2-6"];
        CancelSentAgain = "cancel-sent-again",
            "An attendee who was removed is sent the CANCEL again with each later change.",
            breaks ["caldav-sched-10-5.2.1.2-2"];
        DetailsUnsent = "details-unsent",
            "A change of CATEGORIES, PRIORITY or URL alone sends nothing.",
            breaks ["caldav-sched-10-5.2.1.2-7"];
        MinorChangesUnsent = "minor-changes-unsent",
            "An organizer's change of RSVP or PERCENT-COMPLETE sends nothing.",
            breaks ["caldav-sched-10-5.2.1.2-7", "rfc5546-2.1.4-19"];
        NoCancelOnAgentChange = "no-cancel-on-agent-change",
            "An attendee whose agent changes to CLIENT or NONE is not told.",
            breaks ["caldav-sched-10-5.2.1.2-8", "caldav-sched-10-5.2.1.2-9"];
        NoCancelOnDelete = "no-cancel-on-delete",
            "Deleting an organizer's object sends no CANCEL.",
            breaks ["caldav-sched-10-5.2.1.3-1", "caldav-sched-10-5.2.3.1-5", "caldav-sched-10-5.2.3.3-3",
                "caldav-sched-10-5.2.3.4-2"];
        CancelToFirstOnly = "cancel-to-first-only",
            "Deleting an organizer's object tells the first attendee alone.",
            breaks ["rfc5546-3.2.5-6", "caldav-sched-10-5.2.1.3-1", "rfc5546-3.4.5-6"];
        SeriesCancelledByInstance = "series-cancelled-by-instance",
            "Deleting a recurring object cancels its overridden instances alone, where it has any.",
            breaks ["rfc5546-3.2.5-2"];
        InstanceCancelsAll = "instance-cancels-all",
            "The CANCEL for an instance lacks its RECURRENCE-ID.",
            breaks ["rfc5546-3.2.5-3", "caldav-sched-10-6.1-2", "caldav-sched-10-5.2.1.3-1",
                "caldav-sched-10-5.2.6-1", "caldav-sched-10-5.2.1.2-1", "rfc5546-3.4.5-3"];
        ShorterSeriesCancelled = "shorter-series-cancelled",
            "A series whose rule loses instances is cancelled before it is sent anew.",
            breaks ["rfc5546-3.2.5-3"];
        RemovalCancelsForAll = "removal-cancels-for-all",
            "The CANCEL for an attendee who is removed goes to the others, too.",
            breaks ["rfc5546-4.2.10-1"];
        PutToPlainSilent = "put-to-plain-silent",
            "Replacing a scheduling object by a plain one sends nothing.",
            breaks ["caldav-sched-10-5.2.3.1-5"];
        NoReplyOnPartstat = "no-reply-on-partstat",
            "Changing one's PARTSTAT sends no REPLY.",
            breaks ["caldav-sched-10-5.2.2.3-1", "caldav-sched-10-5.2.2.3-4", "caldav-sched-10-2-1", "caldav-sched-10-5.2.2.2-5",
                "caldav-sched-10-5.2.2.3-5", "caldav-sched-10-5.2.2.3-8", "caldav-sched-10-6.2-1",
                "caldav-sched-10-6.2-5", "caldav-sched-10-B.3-1",
                "caldav-sched-10-B.4-1", "caldav-sched-10-B.7-1"];
        ReplyOnEveryChange = "reply-on-every-change",
            "An attendee's change of an alarm or of TRANSP sends a REPLY.",
            breaks ["caldav-sched-10-5.2.2.3-7", "rfc5546-3.2-2"];
        ProgressSendsNoReply = "progress-sends-no-reply",
            "The PARTSTATs that only a VTODO has, IN-PROCESS and COMPLETED, send no REPLY.",
            breaks ["caldav-sched-10-5.2.2.3-4", "caldav-sched-10-5.2.2.3-5", "caldav-sched-10-6.2-1"];
        DelegateSilent = "delegate-silent",
            "The answer of somebody whom an attendee sends instead sends no REPLY.",
            breaks ["caldav-sched-10-5.2.2.3-4", "caldav-sched-10-6.2-1", "rfc5546-3.2.2.3-7",
                "rfc5546-3.4.2.3-6"];
        NoReplyOnExdate = "no-reply-on-exdate",
            "Removing an instance by EXDATE sends no REPLY.",
            breaks ["caldav-sched-10-5.2.2.3-6"];
        NoReplyOnRemoval = "no-reply-on-removal",
            "Removing an attendee's object sends no REPLY.",
            breaks ["caldav-sched-10-5.2.2.4-4", "caldav-sched-10-11.1-3", "caldav-sched-10-5.2.3.3-3",
                "caldav-sched-10-5.2.3.1-5", "caldav-sched-10-5.2.3.4-2"];
        NoReplyOnInstanceRemoval = "no-reply-on-instance-removal",
            "Removing an object that has single instances only sends no REPLY.",
            breaks ["caldav-sched-10-5.2.2.4-4"];
        ReplyToSentBy = "reply-to-sent-by",
            "Replies go to the SENT-BY of the organizer.",
            breaks ["caldav-sched-10-5.2.2.3-4"];
        ReplyListsEveryone = "reply-lists-everyone",
            "A REPLY lists all attendees.",
            breaks ["rfc5546-3.2.3-9", "rfc5546-3.2.3-11", "caldav-sched-10-6.2-5", "rfc5546-4.2.5-9",
                "rfc5546-4.2.5-7", "rfc5546-3.4.3-6", "rfc5546-3.2.2.3-7"];
        DelegateNotNamed = "delegate-not-named",
            "The REPLY of an attendee who delegates does not say to whom.",
            breaks ["rfc5546-5.2.2-1", "rfc5546-4.2.5-1", "rfc5546-3.4.2.3-1", "rfc5546-3.2.2.3-5",
                "rfc5546-3.2.3-1", "rfc5546-4.2.5-3", "rfc5546-3.4.2.3-5", "rfc5546-3.4.3-2"];
        AlarmLeaks = "alarm-leaks",
            "A REPLY holds the attendee's alarms.",
            breaks ["rfc6638-11.4-3", "rfc5546-3.2.3-9", "caldav-sched-10-B.4-1"];
        ParametersLeak = "parameters-leak",
            "Messages keep SCHEDULE-AGENT and SCHEDULE-STATUS.",
            breaks ["caldav-sched-10-10.1-4", "caldav-sched-10-10.3-9"];
        ForceSendLeaks = "force-send-leaks",
            "Messages keep SCHEDULE-FORCE-SEND.",
            breaks ["caldav-sched-10-10.2-6"];
        InstancesLeak = "instances-leak",
            "Attendees are sent instances that do not list them.",
            breaks ["caldav-sched-10-5.2.6-1", "caldav-sched-10-6.1-2"];
        ExcludedInstanceNotTold = "excluded-instance-not-told",
            "Who is left out of one instance is sent the series without an EXDATE for it.",
            breaks ["caldav-sched-10-5.2.6-1", "caldav-sched-10-6.1-2", "caldav-sched-10-5.2.1.2-1"];
        Rfc7986Dropped = "rfc7986-dropped",
            "Messages lack the properties of events that RFC 7986 has added to RFC 5545.",
            breaks ["rfc5546-3.7.3-1"];
        DtstampOfClient = "dtstamp-of-client",
            "Messages keep the DTSTAMP of the client.",
            breaks ["caldav-sched-10-5.2.5-2"];
        SequenceNotRaised = "sequence-not-raised",
            "A reschedule leaves SEQUENCE as the client sent it.",
            breaks ["caldav-sched-10-5.2.5-3", "caldav-sched-10-5.2.5-4"];
        ForceSendIgnored = "force-send-ignored",
            "SCHEDULE-FORCE-SEND sends nothing.",
            breaks ["caldav-sched-10-5.2.7-1"];
        UnknownForceSendSilent = "unknown-force-send-silent",
            "An unknown SCHEDULE-FORCE-SEND leaves no 2.3.",
            breaks ["caldav-sched-10-10.2-8"];
        PartstatForged = "partstat-forged",
            "An organizer may create an object in which others have accepted, and they are sent it so.",
            breaks ["caldav-sched-10-5.2.1.1-7"];
        // Scheduling: what is stored
        NoScheduleStatus = "no-schedule-status",
            "Attendees get no SCHEDULE-STATUS.",
            breaks ["caldav-sched-10-5.2.1.1-4", "caldav-sched-10-10.3-3", "caldav-sched-10-5.2.1.2-18",
                "caldav-sched-10-9.2-4"];
        StatusStaysPending = "status-stays-pending",
            "SCHEDULE-STATUS stays 1.0 when a message has been delivered.",
            breaks ["caldav-sched-10-9.2-3", "caldav-sched-10-B.1-1"];
        StatusOnEveryone = "status-on-everyone",
            "Attendees that nothing was sent to get SCHEDULE-STATUS, too.",
            breaks ["caldav-sched-10-5.2.1.1-6", "rfc6638-7.3-1", "caldav-sched-10-B.1-1"];
        NoOrganizerStatus = "no-organizer-status",
            "ORGANIZER gets no SCHEDULE-STATUS after a reply.",
            breaks ["caldav-sched-10-5.2.2.3-8", "caldav-sched-10-10.3-6"];
        SchemeCaseMatters = "scheme-case-matters",
            "An address whose scheme is written in capital letters is nobody's.",
            breaks ["caldav-sched-10-5.2.1.1-1"];
        UnknownUserDelivered = "unknown-user-delivered",
            "A message to an unknown address gets the status 1.2.",
            breaks ["caldav-sched-10-9.2-4", "caldav-sched-10-5.2.2.2-5"];
        ForceSendStored = "force-send-stored",
            "SCHEDULE-FORCE-SEND is stored.",
            breaks ["caldav-sched-10-10.2-5"];
        PartstatKeptOnReschedule = "partstat-kept-on-reschedule",
            "A reschedule leaves PARTSTAT as it was.",
            breaks ["caldav-sched-10-9.1-1", "caldav-sched-10-9.1-3", "caldav-sched-10-9.1-4",
                "caldav-sched-10-9.1-5", "caldav-sched-10-9.1-6"];
        DurationIsNoReschedule = "duration-is-no-reschedule",
            "Only DTSTART and DTEND count as times: another DURATION or DUE leaves PARTSTAT as it was.",
            breaks ["caldav-sched-10-9.1-3"];
        PartstatResetForAll = "partstat-reset-for-all",
            "A reschedule resets the PARTSTAT of those that the client schedules with, too.",
            breaks ["caldav-sched-10-9.1-7"];
        PartstatResetOnUpdate = "partstat-reset-on-update",
            "Every change of the organizer's resets PARTSTAT.",
            breaks ["rfc5546-3.2.2.2-1", "caldav-sched-10-8-3", "caldav-sched-10-8.1-1",
                "rfc5546-4.5.6-1", "rfc5546-3.4.2.2-1"];
        OrganizersMayDiffer = "organizers-may-differ",
            "Components may have different ORGANIZERs.",
            breaks ["caldav-sched-10-5.2.4.2-1"];
        DelegatorNotUpdated = "delegator-not-updated",
            "Who has delegated is sent no updates.",
            breaks ["caldav-sched-10-5.2.1.2-1", "rfc5546-3.2.2.3-9", "rfc5546-4.2.5-5"];
        AttendeeChangesSpread = "attendee-changes-spread",
            "An attendee may change the SUMMARY, and the reply changes it for the organizer.",
            breaks ["caldav-sched-10-5.2.2.1-12", "rfc5546-3.2.3-8"];
        AttendeeAlarmRefused = "attendee-alarm-refused",
            "An attendee may not add an alarm.",
            breaks ["caldav-sched-10-5.2.2.1-5", "caldav-sched-10-B.3-1"];
        AttendeeTranspRefused = "attendee-transp-refused",
            "An attendee may not change TRANSP.",
            breaks ["caldav-sched-10-5.2.2.1-2", "caldav-sched-10-B.7-1"];
        AttendeeStatusRefused = "attendee-status-refused",
            "An attendee may not change SCHEDULE-STATUS of any attendee.",
            breaks ["caldav-sched-10-5.2.2.1-10"];
        AttendeeExdateRefused = "attendee-exdate-refused",
            "An attendee may not add EXDATE.",
            breaks ["caldav-sched-10-5.2.2.1-8", "caldav-sched-10-B.8-1"];
        AttendeeOverrideRefused = "attendee-override-refused",
            "An attendee may not override an instance.",
            breaks ["caldav-sched-10-5.2.2.1-11", "caldav-sched-10-B.7-1"];
        // Scheduling: what is received
        InboxOnly = "inbox-only",
            "Invitations are left in the Inbox and create nothing.",
            breaks ["caldav-sched-10-6-1", "caldav-sched-10-6.1-1", "caldav-sched-10-6-4",
                "caldav-sched-10-6.4-1", "caldav-sched-10-15.1-5", "caldav-sched-10-6.1-2"];
        CalendarOnly = "calendar-only",
            "Invitations are processed and leave nothing in the Inbox.",
            breaks ["caldav-sched-10-6-2", "caldav-sched-10-6.3-1", "caldav-sched-10-2-1",
                "caldav-sched-10-4.2-1", "caldav-sched-10-5-1", "caldav-sched-10-5.1-1",
                "caldav-sched-10-5.1-2", "caldav-sched-10-5.2.1.1-1", "caldav-sched-10-5.2.1.2-1",
                "caldav-sched-10-5.2.1.2-3", "caldav-sched-10-5.2.1.2-6", "caldav-sched-10-5.2.1.2-7",
                "caldav-sched-10-5.2.1.2-8", "caldav-sched-10-5.2.1.2-9", "caldav-sched-10-5.2.1.2-11",
                "caldav-sched-10-5.2.1.2-15", "caldav-sched-10-5.2.1.3-1", "caldav-sched-10-5.2.2.2-1",
                "caldav-sched-10-5.2.2.3-1", "caldav-sched-10-5.2.2.3-4", "caldav-sched-10-5.2.2.3-5",
                "caldav-sched-10-5.2.2.3-6", "caldav-sched-10-5.2.2.4-4", "caldav-sched-10-5.2.3.1-2",
                "caldav-sched-10-5.2.3.1-4", "caldav-sched-10-5.2.3.1-5", "caldav-sched-10-5.2.3.3-3",
                "caldav-sched-10-5.2.3.4-1", "caldav-sched-10-5.2.3.4-2", "caldav-sched-10-5.2.6-1",
                "caldav-sched-10-10.1-1", "caldav-sched-10-10.1-3", "caldav-sched-10-11.1-3",
                "caldav-sched-10-B.7-1", "caldav-sched-10-B.8-1", "caldav-sched-10-5.2.3.2-2"];
        ReplyNotApplied = "reply-not-applied",
            "A REPLY leaves the organizer's object as it was.",
            breaks ["caldav-sched-10-6.2-1", "caldav-sched-10-6.2-3", "caldav-sched-10-6.2-5", "caldav-sched-10-B.4-1"];
        ReplyCreatesEvent = "reply-creates-event",
            "A REPLY to an event that is not there creates it.",
            breaks ["rfc6638-4.2-1"];
        ReplyToAllInstances = "reply-to-all-instances",
            "A REPLY for one instance is taken for all.",
            breaks ["caldav-sched-10-6.2-1", "caldav-sched-10-6.2-3"];
        FirstAnswerCounts = "first-answer-counts",
            "Who has answered cannot answer otherwise before the next SEQUENCE.",
            breaks ["rfc5546-2.1.5-6", "caldav-sched-10-5.2.7-1", "caldav-sched-10-5.2.2.4-4"];
        MethodStored = "method-stored",
            "The attendee's new object keeps METHOD.",
            breaks ["caldav-sched-10-6.1-1", "caldav-sched-10-5.2.2.1-1", "caldav-sched-10-5.2.2.1-2",
                "caldav-sched-10-5.2.2.1-3", "caldav-sched-10-5.2.2.1-4", "caldav-sched-10-5.2.2.1-5",
                "caldav-sched-10-5.2.2.1-6", "caldav-sched-10-5.2.2.1-7", "caldav-sched-10-5.2.2.1-8",
                "caldav-sched-10-5.2.2.1-9", "caldav-sched-10-5.2.2.1-11", "caldav-sched-10-5.2.2.1-12",
                "caldav-sched-10-5.2.4.4-1", "caldav-sched-10-B.3-1", "rfc4791-4.1-3"];
        UpdateNotApplied = "update-not-applied",
            "A REQUEST for an object that is there leaves it as it was.",
            breaks ["caldav-sched-10-6.1-2", "caldav-sched-10-6.2-5", "caldav-sched-10-8.1-2",
                "caldav-sched-10-9.1-1", "caldav-sched-10-9.1-3", "caldav-sched-10-9.1-4", "caldav-sched-10-9.1-5",
                "caldav-sched-10-9.1-6", "caldav-sched-10-11.3-1"];
        AnswerOutranksUpdate = "answer-outranks-update",
            "Who has answered gets no update but a reschedule.",
            breaks ["caldav-sched-10-6.1-2"];
        OverrideOutlivesReschedule = "override-outlives-reschedule",
            "Instances that the organizer had overridden stay in the attendee's object when the series comes without them.",
            breaks ["rfc5546-4.4.7-1"];
        CancelNotApplied = "cancel-not-applied",
            "A CANCEL leaves the attendee's object as it was.",
            breaks ["caldav-sched-10-6.1-2"];
        InstanceCancelTakesAll = "instance-cancel-takes-all",
            "A CANCEL for one instance marks the whole series cancelled.",
            breaks ["caldav-sched-10-6.1-2", "rfc5546-3.4.5-3"];
        CancelRangeIgnored = "cancel-range-ignored",
            "A CANCEL for an instance and all after it cancels that instance alone.",
            breaks ["caldav-sched-10-6.1-2", "rfc5546-3.2.5-4", "rfc5546-3.4.5-4"];
        SequenceAsText = "sequence-as-text",
            "SEQUENCE is compared as text, so that revision 10 comes before 9.",
            breaks ["rfc5546-2.1.5-3", "caldav-sched-10-6.1-2"];
        SequenceIgnored = "sequence-ignored",
            "A message with a lower SEQUENCE than the known one is applied.",
            breaks ["rfc5546-2.1.5-2", "rfc5546-2.1.5-4", "rfc5546-4.7.2-1", "caldav-sched-10-6-1"];
        DtstampIgnored = "dtstamp-ignored",
            "Of two messages with the same SEQUENCE the one that comes last is applied, also if it is the older one.",
            breaks ["rfc5546-2.1.5-5", "rfc5546-2.1.5-6", "rfc5546-2.1.5-8", "rfc5546-5.3-1", "caldav-sched-10-6-1"];
        CancelledComesBack = "cancelled-comes-back",
            "An invitation that comes after the CANCEL for it is processed.",
            breaks ["rfc5546-4.2.9-1", "rfc5546-5.2.1-1", "caldav-sched-10-6-1"];
        OriginatorUnchecked = "originator-unchecked",
            "Messages are processed whoever sends them.",
            breaks ["rfc5546-3.2.5-1", "rfc5546-3.7.2-2", "rfc5546-6.1.1-1", "rfc5546-6.1.2-1", "rfc5546-6.2.1-2",
                "rfc6638-11.5-1"];
        AnybodyTrusted = "anybody-trusted",
            "The iSchedule receiver takes messages without a signature from any Originator.",
            breaks ["rfc5546-3.4.2-4", "rfc5546-3.6.21-1", "rfc5546-6.2.2-2", "rfc5546-6.2.3-1"];
        RefreshTellsAnybody = "refresh-tells-anybody",
            "A REFRESH is answered with the event, whoever asks.",
            breaks ["rfc5546-6.1.6-1", "rfc5546-6.2.2-3", "rfc5546-3-3"];
        PublicationOverwrites = "publication-overwrites",
            "A PUBLISH replaces the object that has its UID.",
            breaks ["rfc5546-4.1.2-3"];
        RequestStatusIgnored = "request-status-ignored",
            "SCHEDULE-STATUS becomes 2.0 with every reply, whatever its REQUEST-STATUS.",
            breaks ["caldav-sched-10-6.2-2", "caldav-sched-10-6.2-4", "caldav-sched-10-9.2-9", "rfc5546-3.6-5"];
        AlarmLostOnUpdate = "alarm-lost-on-update",
            "An update by the organizer removes the attendee's alarms.",
            breaks ["caldav-sched-10-6.1-2"];
        OthersNotTold = "others-not-told",
            "Other attendees are not told of a changed participation.",
            breaks ["caldav-sched-10-6.2-5", "rfc5546-4.2.5-1", "rfc5546-4.2.5-9", "rfc5546-3.4.2.3-1"];
    }
}
