//! SARIF 2.1.0: a result for each fail, warn and error, at the line of the scenario that states the check; suppressed where
//! it was expected.

use serde_json::{Value, json};

use crate::event::{CheckState, RollUp, RunLog, Verdict, roll_up};
use crate::spec::Specification;

/// The report of a run as a SARIF document.
pub fn sarif(log: &RunLog) -> String {
    let rolled = roll_up(&log.records);
    let bad: Vec<_> = rolled
        .checks
        .iter()
        .filter(|check| level(check.verdict).is_some())
        .collect();
    let mut ids: Vec<&str> = bad.iter().map(|check| check.requirement).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules: Vec<_> = ids.iter().map(|id| rule(&rolled, id)).collect();
    let results: Vec<_> = bad.iter().map(|check| result(&rolled, check)).collect();
    let version = log.header().map_or("", |header| &header.version);
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "calconform", "version": version, "rules": rules}},
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn level(verdict: Option<Verdict>) -> Option<&'static str> {
    match verdict? {
        Verdict::Fail | Verdict::Error => Some("error"),
        Verdict::Warn => Some("warning"),
        _ => None,
    }
}

fn rule(rolled: &RollUp<'_>, id: &str) -> Value {
    let Some(cited) = rolled.cited(id) else {
        return json!({ "id": id });
    };
    let known = cited.specification.parse::<Specification>().ok();
    let mut rule = json!({
        "id": id,
        "shortDescription": {"text": format!("{}: {}", cited.level, cited.text)},
    });
    if let Some(url) = known.and_then(|known| known.url(&cited.section)) {
        rule["helpUri"] = url.into();
    }
    rule
}

fn result(rolled: &RollUp<'_>, check: &CheckState<'_>) -> Value {
    let mut told = Vec::new();
    if let Some(result) = check.decisive() {
        let fields = [("expected", &result.expected), ("actual", &result.actual)];
        told.extend(
            fields
                .iter()
                .filter(|(_, said)| !said.is_empty())
                .map(|(label, said)| format!("{label}: {said}")),
        );
        told.extend(result.notes.iter().cloned());
    }
    if told.is_empty() {
        told.push(check.verdict.map_or("", Verdict::word).to_owned());
    }
    let mut result = json!({
        "ruleId": check.requirement,
        "level": level(check.verdict),
        "message": {"text": told.join("\n")},
        "partialFingerprints": {"check/v1": check.id},
        "properties": {"verdict": check.verdict.map(Verdict::word), "check": check.id},
    });
    if let Some(entry) = check.expected {
        result["suppressions"] = json!([{"kind": "external", "justification": entry.reason}]);
    }
    let scenario = rolled.scenario(check.scenario).and_then(|state| state.planned);
    if let Some(scenario) = scenario {
        result["locations"] = json!([{
            "physicalLocation": {
                "artifactLocation": {"uri": scenario.file},
                "region": {"startLine": check.planned.map_or(1, |planned| planned.line.max(1))},
            },
        }]);
    }
    result
}
