//! The four guards over the whole suite: it passes its reference server and every lawful variant of it, sees each
//! deviation for what it is, notices damage, and passes no stub.

use std::sync::OnceLock;

use calconform::proof::stub::Canned;
use calconform::proof::{deviation, mutation, stub, variant};
use calconform::reference::{Deviation, Policy, Variant};
use rstest::rstest;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

#[test]
fn the_reference_server_passes() {
    let trial = block_on(variant::with(&[])).expect("a run");
    let complaints = variant::complaints(&trial.rolled());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_lawful_variant_passes() {
    let complaints: Vec<String> = Variant::ALL
        .iter()
        .flat_map(|lawful| {
            let trial = block_on(variant::with(&[*lawful])).expect("a run");
            let complaints = variant::complaints(&trial.rolled());
            // A choice may take away what a check needs.
            complaints
                .into_iter()
                .filter(|complaint| !complaint.starts_with("blocked "))
                .map(|complaint| format!("{}: {complaint}", lawful.name()))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_deviation_is_seen_and_nothing_else() {
    let findings: Vec<String> = Deviation::ALL
        .iter()
        .flat_map(|deviation| match block_on(deviation::expose(*deviation)) {
            Ok(exposure) => {
                let unseen = exposure.unseen.iter().map(|id| format!("nothing fails {id}"));
                unseen
                    .chain(exposure.stray)
                    .map(|text| format!("{}: {text}", deviation.name()))
                    .collect()
            }
            Err(error) => vec![format!("{}: {error}", deviation.name())],
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

fn survey() -> &'static mutation::Survey {
    static SURVEY: OnceLock<mutation::Survey> = OnceLock::new();
    SURVEY.get_or_init(|| block_on(mutation::survey(Policy::default(), Vec::new())).expect("a run"))
}

#[test]
fn every_check_notices_damage_to_what_it_looks_at() {
    let findings: Vec<String> = survey()
        .damages
        .iter()
        .flat_map(|(id, damages)| {
            let none = (damages.tried == 0).then(|| format!("{id}: no damage was tried"));
            let missed = damages
                .unnoticed
                .iter()
                .map(move |damage| format!("{id}: not noticed: {damage}"));
            none.into_iter().chain(missed)
        })
        .collect();
    assert!(
        survey().damages.len() > 80,
        "only {} checks were damaged",
        survey().damages.len()
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[rstest]
#[case::multistatus(Canned::Multistatus)]
#[case::empty(Canned::Empty)]
fn a_canned_answer_passes_next_to_nothing(#[case] answer: Canned) {
    let trial = block_on(stub::canned(answer)).expect("a run");
    let rolled = trial.rolled();
    let (evaluated, passed) = stub::passed(&rolled);
    assert!(evaluated > 80, "only {evaluated} checks were evaluated");
    assert!(
        passed.len() * 50 <= evaluated,
        "{} of {evaluated} pass: {passed:#?}",
        passed.len()
    );
}

#[test]
fn a_server_that_only_stores_delivers_nothing() {
    let trial = block_on(stub::storing()).expect("a run");
    let rolled = trial.rolled();
    let (_, passed) = stub::passed(&rolled);
    let delivered: Vec<_> = passed.into_iter().filter(|id| stub::is_delivery(id)).collect();
    assert!(delivered.is_empty(), "{delivered:#?}");
}
