//! Who may use which calendar user when: exclusive, within this process and between processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

/// How often a user that another process holds is asked for again.
const AGAIN: Duration = Duration::from_millis(50);

/// The users of one target, each held by at most one scenario of any process on this machine.
#[derive(Clone)]
pub struct Leases {
    slots: Arc<Mutex<Vec<Slot>>>,
    free: Arc<Semaphore>,
}

struct Slot {
    taken: bool,
    lock: File,
}

/// Some users; they are given back when it is dropped.
pub struct Lease {
    users: Vec<usize>,
    slots: Arc<Mutex<Vec<Slot>>>,
    _permit: OwnedSemaphorePermit,
}

impl Leases {
    /// Leases of these users of the target at `base`.
    ///
    /// # Errors
    /// With the path, when a lock file cannot be made.
    pub fn new<'a>(
        base: &Url,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Leases, (PathBuf, io::Error)> {
        Leases::in_directory(&std::env::temp_dir().join("calconform-locks"), base, names)
    }

    pub(super) fn in_directory<'a>(
        directory: &Path,
        base: &Url,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Leases, (PathBuf, io::Error)> {
        share_directory(directory).map_err(|error| (directory.to_owned(), error))?;
        let mut slots = Vec::new();
        for name in names {
            let path = directory.join(lock_name(&base.origin().ascii_serialization(), name));
            let lock = lock_file(&path).map_err(|error| (path, error))?;
            slots.push(Slot { taken: false, lock });
        }
        let free = Arc::new(Semaphore::new(slots.len()));
        Ok(Leases {
            slots: Arc::new(Mutex::new(slots)),
            free,
        })
    }

    /// Waits for `count` of the users whose indices are given, and holds them. Those that ask first are served first.
    ///
    /// The future may be dropped at any time. It never ends when there are fewer users than that.
    pub async fn acquire(&self, count: usize, among: &[usize]) -> Lease {
        let wanted = u32::try_from(count).unwrap_or(u32::MAX);
        let permit = self.free.clone().acquire_many_owned(wanted).await;
        // The semaphore is never closed.
        let Ok(permit) = permit else {
            std::future::pending().await
        };
        loop {
            if let Some(users) = self.try_take(count, among) {
                return Lease {
                    users,
                    slots: self.slots.clone(),
                    _permit: permit,
                };
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// All or nothing, so that two processes never wait for each other.
    fn try_take(&self, count: usize, among: &[usize]) -> Option<Vec<usize>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut users = Vec::with_capacity(count);
        for &index in among {
            if users.len() == count {
                break;
            }
            let Some(slot) = slots.get_mut(index) else {
                continue;
            };
            if !slot.taken && try_lock(&slot.lock) {
                slot.taken = true;
                users.push(index);
            }
        }
        if users.len() == count {
            return Some(users);
        }
        for index in users {
            release(&mut slots[index]);
        }
        None
    }
}

impl Lease {
    /// The indices of the users, in the order in which they were asked for.
    pub fn users(&self) -> &[usize] {
        &self.users
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        for &index in &self.users {
            release(&mut slots[index]);
        }
    }
}

fn release(slot: &mut Slot) {
    slot.taken = false;
    // Closing the file at the end of the process would give it back, too.
    let _ = slot.lock.unlock();
}

/// A file system without locks does not keep a single process from working.
fn try_lock(file: &File) -> bool {
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(error)) => error.kind() == io::ErrorKind::Unsupported,
    }
}

/// Other accounts of this machine test the same targets.
fn share_directory(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(directory)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o1777))?;
    }
    Ok(())
}

/// The same for every version, whatever characters the user's name has.
fn lock_name(origin: &str, user: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("{origin}\n{user}").as_bytes());
    let hex: Vec<String> = digest.as_ref()[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}.lock", hex.concat())
}

fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Reading is all that a lock needs, where another account has made the file.
    match options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
    {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(path),
        opened => opened,
    }
}
