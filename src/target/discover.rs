//! Finding out what a target has: principals, homes, Inboxes, capabilities.

use std::sync::Arc;

use tokio::task::JoinSet;
use url::Url;

use super::capability::Capabilities;
use super::model::{Target, TargetUser};
use super::propfind::{Listing, Resource, propfind};
use crate::client::{Client, Context, Credentials, Recorder, Redactor, Request};
use crate::dav::{QName, caldav, dav};
use crate::event::{
    CalendarUserFound, CapabilityFound, Event, FailureKind, Purpose, Residue, TransportFailure,
};
use crate::scenario::Capability;

/// What was found out about a target.
#[derive(Debug, Clone)]
pub struct Discovered {
    pub users: Vec<Arc<CalendarUser>>,
    pub capabilities: Capabilities,
    /// The iSchedule receiver's URL, after redirects of the well-known one.
    pub ischedule: Option<Url>,
}

/// A calendar user with what the target told of them. `None` is what could not be found.
#[derive(Debug, Clone, Default)]
pub struct CalendarUser {
    pub name: String,
    pub credentials: Option<Credentials>,
    pub principal: Option<Url>,
    pub home: Option<Url>,
    pub inbox: Option<Url>,
    pub outbox: Option<Url>,
    /// CALDAV:schedule-default-calendar-URL (-10 section 12.2).
    pub default_calendar: Option<Url>,
    /// Where new objects go without a calendar of their own: the default calendar, or else the first that takes VEVENT.
    pub working_calendar: Option<Url>,
    /// Calendar user addresses, the preferred one first.
    pub addresses: Vec<String>,
    pub display_name: Option<String>,
    /// The calendar collections of the home.
    pub calendars: Vec<Collection>,
    /// Why something was not found, in words.
    pub problems: Vec<String>,
}

/// A calendar collection.
#[derive(Debug, Clone)]
pub struct Collection {
    pub url: Url,
    /// CALDAV:supported-calendar-component-set (RFC 4791 section 5.2.3); everything if absent.
    pub components: Option<Vec<String>>,
}

impl Collection {
    /// Whether objects of this component type may be stored in it.
    pub fn takes(&self, component: &str) -> bool {
        self.components
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name.eq_ignore_ascii_case(component)))
    }
}

impl CalendarUser {
    /// Where objects of the user may be, the likeliest place first.
    pub fn all_calendars(&self) -> Vec<Url> {
        let first = self.default_calendar.iter().chain(&self.working_calendar);
        let mut urls: Vec<Url> = Vec::new();
        for url in first.chain(self.calendars.iter().map(|calendar| &calendar.url)) {
            let path = url.path().trim_end_matches('/');
            if !urls
                .iter()
                .any(|known| known.path().trim_end_matches('/') == path)
            {
                urls.push(url.clone());
            }
        }
        urls
    }
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    #[error("cannot reach {url}: {}", failure.message)]
    Unreachable { url: String, failure: TransportFailure },
    /// Another origin that the target file does not trust.
    #[error("{0}")]
    Origin(String),
    #[error("{url} refuses {user} with 401: are name and password right?")]
    Unauthorized { url: String, user: String },
}

impl DiscoveryError {
    /// The URLs in it may repeat what the target said.
    fn without_secrets(mut self, redactor: &Redactor) -> DiscoveryError {
        match &mut self {
            DiscoveryError::Unreachable { url, failure } => {
                redactor.clean(url);
                redactor.clean(&mut failure.message);
            }
            DiscoveryError::Origin(text) | DiscoveryError::Unauthorized { url: text, .. } => {
                redactor.clean(text);
            }
        }
        self
    }
}

/// Asks the target for everything that its file does not tell. What cannot be found is left out, with the reason.
///
/// # Errors
/// Nobody there, wrong credentials, an origin that is not trusted.
pub async fn discover(client: &Arc<Client>, target: &Target) -> Result<Discovered, DiscoveryError> {
    let discovered = ask(client, target).await;
    discovered.map_err(|error| error.without_secrets(client.recorder().redactor()))
}

async fn ask(client: &Arc<Client>, target: &Target) -> Result<Discovered, DiscoveryError> {
    let mut tasks = JoinSet::new();
    for (index, user) in target.users.iter().enumerate() {
        let (client, base, user) = (client.clone(), target.base.clone(), user.clone());
        tasks.spawn(async move {
            (
                index,
                Asking {
                    client: &client,
                    base: &base,
                    user: &user,
                }
                .user()
                .await,
            )
        });
    }
    let mut users: Vec<Option<Arc<CalendarUser>>> = vec![None; target.users.len()];
    while let Some(done) = tasks.join_next().await {
        let (index, found) = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        users[index] = Some(Arc::new(found?));
    }
    let users: Vec<Arc<CalendarUser>> = users.into_iter().flatten().collect();
    let mut ischedule = target.ischedule.clone();
    let capabilities = match &target.capabilities {
        Some(list) => Capabilities::declared(list),
        None => {
            let mut all = capabilities_of(client, target, users.first().map(Arc::as_ref)).await?;
            ischedule = receiver(client, target, &mut all).await;
            trusted_peer(target, ischedule.as_ref(), &mut all);
            all
        }
    };
    Ok(Discovered {
        users,
        capabilities,
        ischedule,
    })
}

impl Discovered {
    /// Writes what was found to the log.
    pub fn record(&self, recorder: &Recorder) {
        for (capability, found) in self.capabilities.iter() {
            let event = CapabilityFound {
                name: capability.word().to_string(),
                advertised: found.advertised,
                evidence: found.evidence.clone(),
            };
            recorder.write(None, Event::Capability(event));
        }
        for user in &self.users {
            let text = |url: &Option<Url>| url.as_ref().map(Url::to_string);
            let event = CalendarUserFound {
                name: user.name.clone(),
                principal: text(&user.principal).unwrap_or_default(),
                home: text(&user.home),
                inbox: text(&user.inbox),
                outbox: text(&user.outbox),
                default_calendar: text(&user.default_calendar),
                addresses: user.addresses.clone(),
                display_name: user.display_name.clone(),
            };
            recorder.write(None, Event::CalendarUser(event));
        }
    }
}

fn context(user: &str) -> Context<'_> {
    Context {
        scenario: None,
        step: "discovery",
        purpose: Purpose::Discovery,
        user: Some(user),
    }
}

/// A failure that ends discovery.
fn fatal(url: &Url, failure: TransportFailure) -> DiscoveryError {
    match failure.kind {
        FailureKind::Redirect => DiscoveryError::Origin(failure.message),
        _ => DiscoveryError::Unreachable {
            url: url.to_string(),
            failure,
        },
    }
}

struct Asking<'a> {
    client: &'a Client,
    base: &'a Url,
    user: &'a TargetUser,
}

impl Asking<'_> {
    async fn user(&self) -> Result<CalendarUser, DiscoveryError> {
        let given = self.user;
        let mut found = CalendarUser {
            name: given.name.clone(),
            credentials: given.credentials.clone(),
            principal: given.principal.clone(),
            home: given.home.clone(),
            inbox: given.inbox.clone(),
            outbox: given.outbox.clone(),
            default_calendar: given.default_calendar.clone(),
            working_calendar: given.default_calendar.clone(),
            addresses: given.addresses.clone(),
            display_name: None,
            calendars: Vec::new(),
            problems: Vec::new(),
        };
        if found.principal.is_none() {
            found.principal = self.principal(&mut found.problems).await?;
        }
        let complete = found.home.is_some() && found.inbox.is_some() && found.outbox.is_some();
        if (!complete || found.addresses.is_empty())
            && let Some(principal) = found.principal.clone()
        {
            self.ask_principal(&principal, &mut found).await?;
        }
        if found.default_calendar.is_none()
            && let Some(inbox) = found.inbox.clone()
        {
            self.ask_inbox(&inbox, &mut found).await?;
        }
        if let Some(home) = found.home.clone() {
            self.ask_home(&home, &mut found).await?;
        }
        Ok(found)
    }

    /// DAV:current-user-principal (RFC 5397) of the target's URL, or else of the well-known one (RFC 6764 section 6).
    async fn principal(&self, problems: &mut Vec<String>) -> Result<Option<Url>, DiscoveryError> {
        let property = dav("current-user-principal");
        let mut places = vec![self.base.clone()];
        places.extend(self.base.join("/.well-known/caldav"));
        for place in places {
            match self
                .ask(&place, "0", std::slice::from_ref(&property))
                .await?
                .only()
            {
                Ok(resource) => match self.href(&resource, &property)? {
                    Some(url) => return Ok(Some(url)),
                    None => problems.push(format!("{place} has no {property}")),
                },
                Err(why) => problems.push(why),
            }
        }
        Ok(None)
    }

    async fn ask_principal(&self, principal: &Url, found: &mut CalendarUser) -> Result<(), DiscoveryError> {
        let (home, inbox, outbox) = (
            caldav("calendar-home-set"),
            caldav("schedule-inbox-URL"),
            caldav("schedule-outbox-URL"),
        );
        let (addresses, name) = (caldav("calendar-user-address-set"), dav("displayname"));
        let all = [home, inbox, outbox, addresses, name];
        let resource = match self.ask(principal, "0", &all).await?.only() {
            Ok(resource) => resource,
            Err(why) => {
                found.problems.push(why);
                return Ok(());
            }
        };
        let [home, inbox, outbox, addresses, name] = &all;
        for (slot, property) in [
            (&mut found.home, home),
            (&mut found.inbox, inbox),
            (&mut found.outbox, outbox),
        ] {
            if slot.is_none() {
                *slot = self.href(&resource, property)?;
            }
            if slot.is_none() {
                found.problems.push(format!("{principal} has no {property}"));
            }
        }
        if found.addresses.is_empty() {
            found.addresses = calendar_addresses(&resource, addresses);
        }
        found.display_name = resource.text(name);
        Ok(())
    }

    async fn ask_inbox(&self, inbox: &Url, found: &mut CalendarUser) -> Result<(), DiscoveryError> {
        let property = caldav("schedule-default-calendar-URL");
        match self
            .ask(inbox, "0", std::slice::from_ref(&property))
            .await?
            .only()
        {
            Ok(resource) => {
                found.default_calendar = self.href(&resource, &property)?;
                if found.default_calendar.is_none() {
                    found.problems.push(format!("{inbox} has no {property}"));
                }
            }
            Err(why) => found.problems.push(why),
        }
        Ok(())
    }

    async fn ask_home(&self, home: &Url, found: &mut CalendarUser) -> Result<(), DiscoveryError> {
        match calendars(
            self.client,
            context(&self.user.name),
            self.user.credentials.as_ref(),
            home,
        )
        .await
        {
            Ok(Ok(calendars)) => found.calendars = calendars,
            Ok(Err(why)) => found.problems.push(why),
            Err(failure) => return Err(fatal(home, failure)),
        }
        if found.working_calendar.is_none() {
            let first = found.calendars.iter().find(|calendar| calendar.takes("VEVENT"));
            found.working_calendar = found
                .default_calendar
                .clone()
                .or_else(|| first.map(|calendar| calendar.url.clone()));
        }
        Ok(())
    }

    async fn ask(&self, url: &Url, depth: &str, properties: &[QName]) -> Result<Listing, DiscoveryError> {
        let credentials = self.user.credentials.as_ref();
        let listing = propfind(
            self.client,
            context(&self.user.name),
            credentials,
            url,
            depth,
            properties,
        )
        .await
        .map_err(|failure| fatal(url, failure))?;
        match listing {
            Listing::Refused { status: 401, .. } => Err(DiscoveryError::Unauthorized {
                url: url.to_string(),
                user: self.user.name.clone(),
            }),
            listing => Ok(listing),
        }
    }

    fn href(&self, resource: &Resource, property: &QName) -> Result<Option<Url>, DiscoveryError> {
        resource
            .href(self.client, property)
            .map_err(|failure| fatal(&resource.url, failure))
    }
}

/// The calendar collections in a home, or in words why they cannot be listed.
pub(crate) async fn calendars(
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    home: &Url,
) -> Result<Result<Vec<Collection>, String>, TransportFailure> {
    let components = caldav("supported-calendar-component-set");
    let properties = [dav("resourcetype"), components.clone()];
    let resources = match propfind(client, context, credentials, home, "1", &properties).await? {
        Listing::Found(resources) => resources,
        Listing::Refused { why, .. } => return Ok(Err(why)),
    };
    let calendar = |resource: Resource| {
        let kind = |name| resource.is_a(&caldav(name));
        if !kind("calendar") || kind("schedule-inbox") || kind("schedule-outbox") {
            return None;
        }
        let components = resource.prop(&components).map(|set| {
            set.all(&caldav("comp"))
                .filter_map(|comp| comp.attr("name").map(str::to_string))
                .collect()
        });
        Some(Collection {
            url: resource.url,
            components,
        })
    };
    Ok(Ok(resources.into_iter().filter_map(calendar).collect()))
}

/// The hrefs of CALDAV:calendar-user-address-set; one that is marked as preferred comes first.
fn calendar_addresses(resource: &Resource, property: &QName) -> Vec<String> {
    let Some(set) = resource.prop(property) else {
        return Vec::new();
    };
    let href = dav("href");
    let mut hrefs: Vec<_> = set.all(&href).collect();
    hrefs.sort_by_key(|href| href.attr("preferred") != Some("1"));
    hrefs
        .into_iter()
        .map(|href| href.trimmed())
        .filter(|address| !address.is_empty())
        .collect()
}

/// Finds out what the target can do, asking as its first user.
async fn capabilities_of(
    client: &Client,
    target: &Target,
    user: Option<&CalendarUser>,
) -> Result<Capabilities, DiscoveryError> {
    let mut all = Capabilities::default();
    let tokens = [
        (Capability::CalendarAccess, "calendar-access"),
        (Capability::CalendarAutoSchedule, "calendar-auto-schedule"),
        (Capability::CalendarSchedule, "calendar-schedule"),
    ];
    let Some(user) = user else {
        for capability in Capability::ALL {
            all.set(capability, false, "the target has no calendar user to ask as");
        }
        return Ok(all);
    };
    let places = [&user.principal, &user.home, &user.inbox];
    let mut said: Vec<(&Url, String)> = Vec::new();
    for url in places.into_iter().flatten() {
        if said.iter().any(|(asked, _)| *asked == url) {
            continue;
        }
        let answer = client
            .send_following(
                context(&user.name),
                user.credentials.as_ref(),
                Request::new("OPTIONS", url.clone()),
            )
            .await
            .map_err(|failure| fatal(url, failure))?;
        let values: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "dav")
            .map(|(_, value)| value.as_str())
            .collect();
        said.push((url, values.join(", ")));
    }
    for (capability, token) in tokens {
        let has = |value: &str| {
            value
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(token))
        };
        match said.iter().find(|(_, value)| has(value)) {
            Some((url, value)) => all.set(capability, true, format!("OPTIONS {url}: DAV: {value}")),
            None => {
                let asked: Vec<String> = said
                    .iter()
                    .map(|(url, value)| format!("{url}: {value:?}"))
                    .collect();
                all.set(
                    capability,
                    false,
                    format!("not in the DAV header of OPTIONS on {}", asked.join("; ")),
                );
            }
        }
    }
    match &user.default_calendar {
        Some(url) => all.set(
            Capability::DefaultCalendar,
            true,
            format!("the Inbox of {} names {url}", user.name),
        ),
        None => {
            let why = format!(
                "the Inbox of {} has no C:schedule-default-calendar-URL",
                user.name
            );
            all.set(Capability::DefaultCalendar, false, why);
        }
    }
    let evidence = if target.expendable {
        "the target file says so"
    } else {
        "the target file does not say so"
    };
    all.set(Capability::Expendable, target.expendable, evidence);
    vtodo(user, &mut all);
    mkcalendar(client, user, &mut all).await?;
    Ok(all)
}

fn vtodo(user: &CalendarUser, all: &mut Capabilities) {
    let Some(url) = &user.working_calendar else {
        return all.set(Capability::Vtodo, false, "no calendar was found");
    };
    let calendar = user
        .calendars
        .iter()
        .find(|calendar| calendar.url.path() == url.path());
    match calendar.and_then(|calendar| calendar.components.as_ref()) {
        Some(names) => {
            let evidence = format!(
                "C:supported-calendar-component-set of {url}: {}",
                names.join(", ")
            );
            all.set(
                Capability::Vtodo,
                calendar.is_some_and(|calendar| calendar.takes("VTODO")),
                evidence,
            );
        }
        None => all.set(
            Capability::Vtodo,
            true,
            format!("{url} does not limit its components"),
        ),
    }
}

/// Makes a calendar and removes it again: that a method is listed says little.
async fn mkcalendar(
    client: &Client,
    user: &CalendarUser,
    all: &mut Capabilities,
) -> Result<(), DiscoveryError> {
    let Some(home) = &user.home else {
        all.set(Capability::Mkcalendar, false, "no C:calendar-home-set was found");
        return Ok(());
    };
    let name = format!("calconform-trial-{:x}/", jiff::Timestamp::now().as_nanosecond());
    let mut parent = home.clone();
    if !parent.path().ends_with('/') {
        parent.set_path(&format!("{}/", home.path()));
    }
    let Ok(url) = parent.join(&name) else {
        return Ok(());
    };
    let send = |method: &str| {
        client.send(
            context(&user.name),
            user.credentials.as_ref(),
            Request::new(method, url.clone()),
        )
    };
    let status = match send("MKCALENDAR").await {
        Ok(answer) => answer.status,
        Err(failure) => {
            let why = format!("MKCALENDAR {url} was not answered: {}", failure.message);
            all.set(Capability::Mkcalendar, false, why);
            return Ok(());
        }
    };
    all.set(
        Capability::Mkcalendar,
        status == 201,
        format!("MKCALENDAR {url} was answered with {status}"),
    );
    if status / 100 == 2 && !matches!(send("DELETE").await, Ok(answer) if answer.is_success()) {
        let residue = Residue {
            user: user.name.clone(),
            urls: vec![url.to_string()],
        };
        client.recorder().write(None, Event::Residue(residue));
    }
    Ok(())
}

/// The iSchedule receiver that the target file names, or the well-known one (CC/WD 51010).
async fn receiver(client: &Client, target: &Target, all: &mut Capabilities) -> Option<Url> {
    if let Some(url) = &target.ischedule {
        let evidence = format!("the target file names {url}");
        all.set(Capability::Ischedule, true, evidence);
        return Some(url.clone());
    }
    let url = target
        .base
        .join("/.well-known/ischedule?action=capabilities")
        .ok()?;
    let place = Context {
        user: None,
        ..context("")
    };
    let request = Request::new("GET", url.clone());
    let (found, evidence) = match client.send_following(place, None, request).await {
        Ok(answer) => {
            let has = answer.status == 200
                && crate::dav::read(&answer.body)
                    .is_ok_and(|root| root.ns == crate::dav::names::ISCHEDULE && root.name == "query-result");
            let what = if has {
                "I:query-result"
            } else {
                "no I:query-result"
            };
            let mut at = answer.url.clone();
            at.set_query(None);
            (
                has.then_some(at),
                format!("GET {url} was answered with {} and {what}", answer.status),
            )
        }
        Err(failure) if failure.kind == FailureKind::Redirect => (None, failure.message),
        Err(failure) => (None, format!("GET {url} was not answered: {}", failure.message)),
    };
    all.set(Capability::Ischedule, found.is_some(), evidence);
    found
}

/// That a receiver takes messages without a signature cannot be asked: the target file tells from whom.
fn trusted_peer(target: &Target, ischedule: Option<&Url>, all: &mut Capabilities) {
    let (has, evidence) = match (ischedule, &target.peers[..]) {
        (None, _) => (false, "no iSchedule receiver was found".to_owned()),
        (Some(_), []) => (false, "the target file has no `peer-addresses`".to_owned()),
        (Some(_), peers) => (true, format!("the target file has {}", peers.join(" and "))),
    };
    all.set(Capability::TrustedPeer, has, evidence);
}
