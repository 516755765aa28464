//! The four guards over the whole suite: it passes its reference server and every lawful variant of it, sees each
//! deviation for what it is, notices damage, and passes no stub.
//!
//! `calconform prove` does the rest of the product: pairs of variants, and each deviation with every scenario.

use calconform::corpus::Corpus;
use calconform::proof::deviation::Breadth;
use calconform::proof::mutation;
use calconform::proof::product::{Case, prove};
use calconform::reference::Policy;

/// Servers at once: most of a trial is waiting for what does not come.
const AT_ONCE: usize = 4;

fn nothing_is_wrong_with(wanted: impl Fn(&Case) -> bool) {
    let cases: Vec<Case> = Case::all().into_iter().filter(wanted).collect();
    assert!(!cases.is_empty());
    let complaints = prove(&cases, Breadth::Sample, AT_ONCE, &|_, _| {});
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_reference_server_and_every_lawful_variant_pass() {
    nothing_is_wrong_with(|case| matches!(case, Case::Lawful(variants) if variants.len() < 2));
}

#[test]
fn every_deviation_is_seen_and_nothing_else() {
    nothing_is_wrong_with(|case| matches!(case, Case::Violation(_)));
}

#[test]
fn stubs_pass_next_to_nothing() {
    nothing_is_wrong_with(|case| matches!(case, Case::Canned(_) | Case::Storing));
}

#[tokio::test]
async fn every_check_notices_damage_to_what_it_looks_at() {
    let survey = mutation::survey(Policy::default(), Corpus::embedded(), Vec::new())
        .await
        .expect("a run");
    let findings: Vec<String> = survey
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
        survey.damages.len() > 80,
        "only {} checks were damaged",
        survey.damages.len()
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
