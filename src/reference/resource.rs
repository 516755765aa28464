//! What is at a place, stored or not.

use super::config::User;
use super::http::Refusal;
use super::path::{Place, Spot};
use super::store::Found;
use super::world::World;

/// A resource that exists.
#[derive(Debug, Clone)]
pub enum Resource<'a> {
    Root,
    Context,
    Principals,
    Principal(&'a User),
    Homes,
    Stored(Spot, Found<'a>),
}

impl<'a> Resource<'a> {
    /// # Errors
    /// 404 if there is nothing.
    pub fn at(world: &'a World, place: &Place) -> Result<Resource<'a>, Refusal> {
        let found = match place {
            Place::Root => Some(Resource::Root),
            Place::Context => Some(Resource::Context),
            Place::Principals => Some(Resource::Principals),
            Place::Homes => Some(Resource::Homes),
            Place::Principal(user) => world.users.get(user).map(Resource::Principal),
            Place::Home(spot) => world
                .store
                .find(spot)
                .map(|found| Resource::Stored(spot.clone(), found)),
            Place::WellKnown | Place::Receiver | Place::Nowhere => None,
        };
        found.ok_or_else(Refusal::not_found)
    }

    pub fn place(&self) -> Place {
        match self {
            Resource::Root => Place::Root,
            Resource::Context => Place::Context,
            Resource::Principals => Place::Principals,
            Resource::Principal(user) => Place::Principal(user.name.clone()),
            Resource::Homes => Place::Homes,
            Resource::Stored(spot, _) => Place::Home(spot.clone()),
        }
    }

    pub fn is_collection(&self) -> bool {
        !matches!(self, Resource::Stored(_, Found::Object(_)))
    }

    pub fn href(&self, world: &World) -> String {
        world.hrefs.of(&self.place(), self.is_collection())
    }

    pub fn stored(&self) -> Option<Found<'a>> {
        match self {
            Resource::Stored(_, found) => Some(*found),
            _ => None,
        }
    }

    /// Whose it is.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Resource::Principal(user) => Some(&user.name),
            Resource::Stored(spot, _) => Some(&spot.user),
            _ => None,
        }
    }

    /// Its members, as far as this user may see them.
    pub fn members(&self, world: &'a World, me: &str) -> Vec<Resource<'a>> {
        let at = |place: Place| Resource::at(world, &place).ok();
        match self {
            Resource::Root => at(Place::Context).into_iter().collect(),
            Resource::Context => [Place::Principals, Place::Homes]
                .into_iter()
                .filter_map(at)
                .collect(),
            Resource::Principals => world.users.values().map(Resource::Principal).collect(),
            Resource::Principal(_) => Vec::new(),
            Resource::Homes => world
                .users
                .keys()
                .map(|user| Spot::new(user, &[]))
                .filter(|spot| super::access::holds(world, me, spot, super::access::Privilege::Read))
                .filter_map(|spot| at(Place::Home(spot)))
                .collect(),
            Resource::Stored(spot, Found::Collection(collection)) => collection
                .members()
                .map(|(name, found)| Resource::Stored(spot.child(name), found))
                .filter(|member| match member {
                    Resource::Stored(spot, _) => {
                        super::access::holds(world, me, spot, super::access::Privilege::Read)
                    }
                    _ => true,
                })
                .collect(),
            Resource::Stored(_, Found::Object(_)) => Vec::new(),
        }
    }
}
