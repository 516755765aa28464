//! What a run has left on its target, as lines of text.

use std::collections::BTreeMap;

use super::index::Index;

/// Each thing that is not as it was before the run, with the user it belongs to; what could not be compared comes last.
/// What clean-up could not remove is left out: reports say that by itself.
pub(super) fn lines(index: &Index<'_>) -> Vec<String> {
    let known = |path: &str| {
        let mut urls = index.residues.iter().flat_map(|residue| &residue.urls);
        urls.any(|url| url.ends_with(path))
    };
    let mut lines = Vec::new();
    let mut problems: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for differs in &index.differs {
        let user = &differs.user;
        if let Some(problem) = &differs.problem {
            problems
                .entry((&differs.collection, problem))
                .or_default()
                .push(user);
        }
        let added = differs.added.iter().filter(|path| !known(path));
        lines.extend(added.map(|path| format!("{user} has more: {path}")));
        lines.extend(differs.removed.iter().map(|path| format!("{user} lost {path}")));
        lines.extend(
            differs
                .changed
                .iter()
                .map(|path| format!("changed for {user}: {path}")),
        );
        if differs.unlisted > 0 {
            let (count, collection) = (differs.unlisted, &differs.collection);
            lines.push(format!("{user}: {count} more differences in {collection}"));
        }
    }
    for ((collection, problem), users) in problems {
        let users = users.join(", ");
        lines.push(match collection {
            "" => format!("not compared for {users}: {problem}"),
            _ => format!("not compared for {users}, {collection}: {problem}"),
        });
    }
    lines
}

/// What the lines are about.
pub(super) fn title(index: &Index<'_>) -> &'static str {
    match index.keeps {
        true => "kept",
        false => "residue",
    }
}
