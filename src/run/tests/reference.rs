//! Runs against the reference server: what a run leaves behind is nothing.

use std::sync::Arc;

use tokio::sync::watch;

use crate::client::{Client, Recorder, Redactor};
use crate::corpus::Corpus;
use crate::event::testing::Shared;
use crate::event::{Event, LogWriter, Verdict, read_log_from};
use crate::reference::{Config, Server};
use crate::run::{Job, Options, conduct};
use crate::target::{Discovered, Target, discover};

async fn found(target: &Target) -> Discovered {
    let log = Arc::new(LogWriter::new(std::io::sink()));
    let recorder = Arc::new(Recorder::new(log, Redactor::default()));
    let client = Arc::new(Client::new(target.client_config(), recorder).unwrap());
    discover(&client, target).await.unwrap()
}

#[tokio::test]
async fn the_target_is_left_as_it_was() {
    let server = Server::start(Config::default()).unwrap();
    let mut target = Target::at(&server.base_url).unwrap();
    for user in &server.users {
        target = target.with_user(&user.name, &user.password);
    }
    let before = found(&target).await;
    let selection = ["collections", "attendee", "methods"].map(|theme| format!("caldav-sched-10/{theme}"));
    let job = Job {
        target: target.clone(),
        corpus: Corpus::embedded(),
        selection: selection.into(),
        options: Options {
            seed: 7,
            ..Options::default()
        },
    };
    let file = Shared::default();
    let (_stop, stopping) = watch::channel(None);
    conduct(job, Arc::new(LogWriter::new(file.clone())), stopping)
        .await
        .unwrap();
    let log = read_log_from(file.bytes().as_slice(), "log").unwrap();
    let mut finished = 0;
    for record in &log.records {
        match &record.event {
            Event::Residue(residue) => panic!("{residue:?}"),
            Event::ScenarioFinished(end) => {
                assert!(
                    end.verdict != Verdict::Error,
                    "{:?}: {:?}",
                    record.scenario,
                    end.reason
                );
                finished += 1;
            }
            _ => {}
        }
    }
    assert!(finished > 10);

    let after = found(&target).await;
    for (before, after) in before.users.iter().zip(&after.users) {
        assert_eq!(before.default_calendar, after.default_calendar);
        assert_eq!(before.all_calendars(), after.all_calendars());
    }
}
