//! Looking again until something is so.

use std::time::{Duration, Instant};

/// Growing intervals up to a deadline; the last look is at the deadline itself.
#[derive(Debug)]
pub(super) struct Poll {
    started: Instant,
    deadline: Duration,
    pause: Duration,
    pub looks: u32,
}

const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(250);

impl Poll {
    pub fn new(deadline: Duration) -> Poll {
        Poll {
            started: Instant::now(),
            deadline,
            pause: FIRST,
            looks: 1,
        }
    }

    /// Waits for the time of the next look; false when there is none any more.
    pub async fn again(&mut self) -> bool {
        let left = self.deadline.saturating_sub(self.started.elapsed());
        if left.is_zero() {
            return false;
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause = (self.pause * 2).min(LONGEST);
        self.looks += 1;
        true
    }

    /// For cards: how often and for how long.
    pub fn tried(&self) -> String {
        let seconds = self.started.elapsed().as_secs_f32();
        let looks = if self.looks == 1 { "look" } else { "looks" };
        format!(
            "{} {looks} in {seconds:.1} s, deadline {} s",
            self.looks,
            self.deadline.as_secs_f32()
        )
    }
}
