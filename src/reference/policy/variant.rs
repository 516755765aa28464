//! The lawful choices.

use std::str::FromStr;

use super::UnknownSwitch;

switches! {
    /// A lawful choice: no check may fail or warn on any of them.
    pub enum Variant as "variant" {
        // HTTP and WebDAV
        AsynchronousDelivery = "asynchronous-delivery",
            "Messages are delivered and processed some tens of milliseconds after the answer; until then the status is 1.0.";
        UpdatesAnswer200 = "updates-answer-200",
            "200 with an empty body where others answer 204 (updating PUT, DELETE).";
        OptionsAnswers204 = "options-answers-204", "OPTIONS answers 204, as in the example of -10 section 3.1.";
        Preconditions409 = "preconditions-409",
            "409 instead of 403 for the preconditions of RFC 4791, whose section 1.3 leaves the choice.";
        RewrittenBodies = "rewritten-bodies",
            "Every stored object is rewritten (line folding, PRODID, X- property); PUT therefore claims no ETag.";
        NoMkcalendar = "no-mkcalendar", "MKCALENDAR (a SHOULD of RFC 4791 section 5.3.1) is not offered.";
        AbsoluteHrefs = "absolute-hrefs", "Every DAV:href is an absolute URL.";
        EncodedHrefs = "encoded-hrefs", "Hrefs percent-encode more characters than they must.";
        ConnectionClose = "connection-close", "The connection is closed after each answer.";
        OtherPrefixes = "other-prefixes", "XML answers bind other namespace prefixes.";
        ForeignElements = "foreign-elements", "XML answers hold extension elements and attributes (RFC 4918 section 17).";
        HiddenAs404 = "hidden-as-404", "What belongs to another user answers 404 instead of 403.";
        FiniteDepthOnly = "finite-depth-only", "PROPFIND with Depth infinity is refused with propfind-finite-depth.";
        // CalDAV scheduling
        OneInboxNamePerUid = "one-inbox-name-per-uid",
            "An Inbox item is named after its UID, so that a later message replaces an earlier one.";
        InboxSaysMore = "inbox-says-more",
            "The Inbox has the properties CALDAV:calendar-timezone and CALDAV:max-instances (-10 section 4.2).";
        AnyMediaType = "any-media-type",
            "What is posted to the Outbox is read as iCalendar, whatever its Content-Type says.";
        EmptyCalendarData = "empty-calendar-data",
            "Where no busy time is known of a recipient, CALDAV:calendar-data is there and empty.";
        NoDefaultCalendarProperty = "no-default-calendar-property",
            "The Inbox has no CALDAV:schedule-default-calendar-URL.";
        FixedDefaultCalendar = "fixed-default-calendar", "CALDAV:schedule-default-calendar-URL is protected.";
        RefuseDuplicateUid = "refuse-duplicate-uid",
            "A UID that is in use in another calendar of the user is refused with unique-scheduling-object-resource.";
        MethodDropped = "method-dropped", "A METHOD in what is put is dropped instead of refused.";
        RefuseUnraisedSequence = "refuse-unraised-sequence",
            "A reschedule whose SEQUENCE the client did not raise is refused (reading R8).";
        RefusePartstatOnModify = "refuse-partstat-on-modify",
            "An organizer may not set the PARTSTAT of others when modifying an object, as when creating one.";
        AttendeesMayChangeAnything = "attendees-may-change-anything",
            "An attendee may change anything in the own copy (5.2.4.4 is a MAY); nobody else gets to see it.";
        NoRequestStatus = "no-request-status",
            "A REPLY has no REQUEST-STATUS, which means 2.0.";
        DelegationRefused = "delegation-refused",
            "An attendee may not delegate: section 1.3 leaves that out.";
        CancelledRemoved = "cancelled-removed",
            "What was cancelled is removed from the attendee's calendar instead of marked STATUS:CANCELLED.";
        RequestAfterInstanceCancel = "request-after-instance-cancel",
            "Who loses an instance is sent the whole object, too, after the CANCEL for it.";
        DeliveryNotKnown = "delivery-not-known",
            "SCHEDULE-STATUS stays 1.1: the server hands messages on and does not hear of their delivery.";
        ParticipationInInbox = "participation-in-inbox",
            "Updates that only tell how others answered are left in the Inbox, too.";
        RemovalNeedsDelivery = "removal-needs-delivery",
            "An attendee's removal fails when its reply cannot be delivered (a MUST of the draft that RFC 6638 dropped).";
    }
}
