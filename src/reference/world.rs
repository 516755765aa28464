//! Everything the server knows, behind one lock: a request sees and changes it alone.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::config::{Config, Limits, User};
use super::path::{Hrefs, INBOX, OUTBOX, Place, Spot};
use super::policy::Policy;
use super::postman::Letter;
use super::scheduling::{Cancellation, Owner};
use super::store::Store;

#[derive(Debug)]
pub struct World {
    pub users: BTreeMap<String, User>,
    /// Addresses elsewhere from which messages are taken without a signature.
    pub peers: Vec<String>,
    pub policy: Policy,
    pub limits: Limits,
    pub hrefs: Hrefs,
    pub store: Store,
    /// Messages on their way, with the variant asynchronous-delivery.
    pub letters: VecDeque<Letter>,
    /// Cancellations of what the user does not have, or no longer, by user and UID (RFC 5546 section 5.2.1).
    pub cancelled: BTreeMap<(String, String), Cancellation>,
}

impl World {
    pub fn new(config: &Config, origin: &str) -> World {
        let mut store = Store::default();
        for user in &config.users {
            store.provision(&user.name, Timestamp::now());
        }
        World {
            users: config
                .users
                .iter()
                .map(|user| (user.name.clone(), user.clone()))
                .collect(),
            peers: config.peers.clone(),
            policy: config.policy.clone(),
            limits: config.limits.clone(),
            hrefs: Hrefs::new(origin, &config.policy),
            store,
            letters: VecDeque::new(),
            cancelled: BTreeMap::new(),
        }
    }

    /// The calendar user addresses of a user: those of the configuration, then the principal's URL.
    pub fn addresses(&self, user: &str) -> Vec<String> {
        let mut addresses = self
            .users
            .get(user)
            .map(|user| user.addresses.clone())
            .unwrap_or_default();
        addresses.push(self.hrefs.of(&Place::Principal(user.to_owned()), true));
        addresses
    }

    /// The user as the scheduling engine knows them; the principal's URL counts as path and in full.
    pub fn owner(&self, user: &str) -> Owner {
        let principal = Place::Principal(user.to_owned());
        Owner::new(
            self.addresses(user)
                .into_iter()
                .chain(self.hrefs.both(&principal)),
        )
    }

    /// The user with this calendar user address.
    pub fn by_address(&self, address: &str) -> Option<&User> {
        self.users
            .values()
            .find(|user| self.owner(&user.name).has(address))
    }

    pub fn inbox(user: &str) -> Spot {
        Spot::new(user, &[INBOX])
    }

    pub fn outbox(user: &str) -> Spot {
        Spot::new(user, &[OUTBOX])
    }

    /// The href of a spot; whether it is a collection is looked up.
    pub fn href(&self, spot: &Spot) -> String {
        self.hrefs
            .of(&Place::Home(spot.clone()), self.store.collection(spot).is_some())
    }
}
