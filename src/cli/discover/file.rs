//! Writing a target file from what discovery found.

use std::collections::BTreeSet;
use std::fmt::Write;

use url::{Origin, Url};

use crate::report::visible;
use crate::target::{CalendarUser, Discovered, Target};

/// Where a user's password is to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordKey {
    /// It stands in the file.
    Plain(String),
    /// The name of an environment variable.
    Environment(String),
}

/// Names of environment variables for the passwords of these users, all different.
pub fn password_variables<'a>(prefix: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut variables = Vec::new();
    for name in names {
        let letter = |letter: char| match letter {
            'a'..='z' => letter.to_ascii_uppercase(),
            'A'..='Z' | '0'..='9' => letter,
            _ => '_',
        };
        let first = format!("{prefix}_{}", name.chars().map(letter).collect::<String>());
        let mut variable = first.clone();
        let mut number = 2;
        while !taken.insert(variable.clone()) {
            variable = format!("{first}_{number}");
            number += 1;
        }
        variables.push(variable);
    }
    variables
}

/// The text of a target file for this target: what has to be there, what was found as comments, and what can be added.
///
/// `passwords` has an entry for each user of the target.
pub fn target_file(target: &Target, discovered: &Discovered, passwords: &[PasswordKey]) -> String {
    let mut text = String::new();
    // A String takes everything.
    let _ = write_file(&mut text, target, discovered, passwords);
    text
}

fn write_file(
    text: &mut String,
    target: &Target,
    discovered: &Discovered,
    passwords: &[PasswordKey],
) -> std::fmt::Result {
    writeln!(
        text,
        "# The server at {}, for `calconform run --target THIS-FILE`.",
        shown(target.base.as_str())
    )?;
    writeln!(
        text,
        "# Written by calconform {}. What is below a # was found out, and is asked for again in every run.\n",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(text, "name = {}", quoted(&target.name))?;
    writeln!(text, "url = {}", quoted(target.base.as_str()))?;
    if !target.trusted.is_empty() {
        let origins = target.trusted.iter().map(Origin::ascii_serialization);
        let origins: Vec<String> = origins.map(|origin| quoted(&origin)).collect();
        writeln!(text, "trusted-origins = [{}]", origins.join(", "))?;
    }
    writeln!(text)?;
    for (capability, found) in discovered.capabilities.iter() {
        let word = if found.advertised { "yes" } else { "no" };
        let evidence = shown(&found.evidence);
        writeln!(text, "# {word:<3} {:<22} {evidence}", capability.word())?;
    }
    text.push_str(match discovered.ischedule {
        Some(_) => WITH_RECEIVER,
        None => "",
    });
    text.push_str(MORE);
    for (user, password) in discovered.users.iter().zip(passwords) {
        write_user(text, user, password)?;
    }
    Ok(())
}

const WITH_RECEIVER: &str = "
# Two addresses elsewhere from which its iSchedule receiver takes messages without a signature:
# peer-addresses = [\"mailto:peer@calconform.invalid\", \"mailto:peer2@calconform.invalid\"]
";

const MORE: &str = "
# What can be added; seconds, octets:
# profile = \"caldav-sched-10\"            # which document is tested; also caldav-sched-06, caldav-sched-03
# expendable = true                      # Inboxes and default calendars may be lost: then deleting them is tried, too
# external-addresses = [\"mailto:…\"]      # elsewhere, to which the server may send mail; else none but .invalid
# reset = [\"./reset-server\"]             # a command that runs before each run
# ca = [\"ca.pem\"]                        # certificates to trust instead of the system's
# deadlines = {connect = 5, header = 20, exchange = 30, delivery = 10}
# limits = {body = 10485760}
";

fn write_user(text: &mut String, user: &CalendarUser, password: &PasswordKey) -> std::fmt::Result {
    writeln!(text, "\n[[users]]\nname = {}", quoted(&user.name))?;
    match password {
        PasswordKey::Plain(password) => writeln!(text, "password = {}", quoted(password))?,
        PasswordKey::Environment(name) => writeln!(text, "password-env = {}", quoted(name))?,
    }
    let url = |url: &Option<Url>| url.as_ref().map(Url::to_string);
    for (key, found) in [
        ("principal", url(&user.principal)),
        ("home", url(&user.home)),
        ("inbox", url(&user.inbox)),
        ("outbox", url(&user.outbox)),
        ("default-calendar", url(&user.default_calendar)),
    ] {
        match found {
            Some(found) => writeln!(text, "# {key} = {}", shown(&quoted(&found)))?,
            None => writeln!(text, "# {key} was not found")?,
        }
    }
    let addresses: Vec<String> = user.addresses.iter().map(|address| quoted(address)).collect();
    writeln!(text, "# addresses = [{}]", shown(&addresses.join(", ")))?;
    for problem in &user.problems {
        writeln!(text, "# {}", shown(problem))?;
    }
    Ok(())
}

/// A basic string of TOML.
fn quoted(value: &str) -> String {
    let mut text = String::from('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            _ if character.is_control() => {
                let _ = write!(text, "\\u{:04X}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}

/// What a server said, on one line of a comment.
fn shown(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = visible(text).replace(['\n', '\t'], " ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use std::sync::Arc;

    use super::*;
    use crate::target::Capabilities;

    fn found(name: &str, problem: &str) -> Arc<CalendarUser> {
        Arc::new(CalendarUser {
            name: name.to_owned(),
            principal: Url::parse("https://dav.example/principals/x/").ok(),
            addresses: vec!["mailto:x@example\u{7}\n[[users]]".to_owned()],
            problems: vec![problem.to_owned()],
            ..CalendarUser::default()
        })
    }

    #[test]
    fn what_is_written_is_read_and_nothing_that_a_server_says_is_more_than_a_comment() {
        let mut target = Target::at("https://dav.example/dav/").unwrap();
        target.name = "a \"quoted\" \\ name\n".to_owned();
        target.trusted = vec![Url::parse("https://p01.dav.example").unwrap().origin()];
        let discovered = Discovered {
            users: vec![
                found("ann", "odd\nstub = true"),
                found("bo\u{e9}", "\u{1b}[31m\r\nexpendable = true"),
            ],
            capabilities: Capabilities::default(),
            ischedule: Url::parse("https://dav.example/.well-known/ischedule").ok(),
        };
        let passwords = [
            PasswordKey::Plain("p\"w\\".to_owned()),
            // Set wherever tests run.
            PasswordKey::Environment("PATH".to_owned()),
        ];
        let text = target_file(&target, &discovered, &passwords);
        let read = Target::read(Utf8Path::new("target.toml"), &text).unwrap();
        assert_eq!(read.name, target.name);
        assert_eq!(read.base, target.base);
        assert_eq!(read.trusted, target.trusted);
        assert!(!read.stub && !read.expendable, "{text}");
        let names: Vec<&str> = read.users.iter().map(|user| user.name.as_str()).collect();
        assert_eq!(names, ["ann", "bo\u{e9}"]);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'));
    }

    #[test]
    fn what_is_offered_can_be_added() {
        let lines = [WITH_RECEIVER, MORE].into_iter().flat_map(str::lines);
        let keys = lines.filter_map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")));
        // The certificate would have to be there.
        let keys: Vec<&str> = keys.filter(|key| !key.starts_with("ca ")).collect();
        assert_eq!(keys.len(), 7, "{keys:#?}");
        let text = format!("url = \"https://dav.example/\"\n{}\n", keys.join("\n"));
        let target = Target::read(Utf8Path::new("target.toml"), &text)
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(target.expendable && target.reset.is_some());
        assert_eq!(target.peers.len(), 2);
    }

    #[test]
    fn each_password_has_a_variable_of_its_own() {
        assert_eq!(
            password_variables("P", ["ann", "a.b@x", "a_b_x", "Ann"]),
            ["P_ANN", "P_A_B_X", "P_A_B_X_2", "P_ANN_2"]
        );
    }
}
