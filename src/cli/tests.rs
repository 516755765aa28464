use clap::{Command, CommandFactory, Parser};
use rstest::rstest;

use super::Cli;

/// The root and every subcommand.
fn commands() -> Vec<Command> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let subcommands: Vec<Command> = root.get_subcommands().cloned().collect();
    [vec![root], subcommands].concat()
}

/// The lines below `Examples:` up to the next empty line.
fn examples(command: &Command) -> Vec<String> {
    let after = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let lines = after.lines().skip_while(|line| *line != "Examples:").skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The arguments of the command in an example, as a shell splits them; nothing for the line of another program.
fn arguments(line: &str) -> Option<Vec<String>> {
    let (command, _comment) = line.trim_start().split_once("  ").unwrap_or((line.trim(), ""));
    let from = match command.starts_with("calconform") {
        true => 0,
        false => command.find("| calconform")? + 2,
    };
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in command[from..].chars() {
        match (character, quote) {
            ('<' | '>' | '|' | ';' | '&', None) => break,
            ('\'' | '"', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (_, Some(open)) if character == open => quote = None,
            (' ', None) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    Some(words)
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn each_help_has_examples_and_each_example_can_be_typed() {
    for command in commands() {
        let name = command.get_display_name().unwrap_or("calconform").to_owned();
        let examples = examples(&command);
        let mut own = 0;
        for line in &examples {
            // Further in stands what the command before is good for.
            if line.starts_with("   ") {
                continue;
            }
            let Some(words) = arguments(line) else { continue };
            let subcommand = words.get(1).map(|word| format!("calconform-{word}"));
            own += usize::from(name == "calconform" || subcommand.is_some_and(|found| found == name));
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{name}: {line}\n{error}");
            }
        }
        assert!(
            own > 0,
            "`{name} --help` has no part `Examples:` with examples of it"
        );
    }
}

#[test]
fn short_help_has_the_examples_too() {
    for mut command in commands() {
        let (short, long) = (command.render_help(), command.render_long_help());
        for help in [short, long] {
            assert!(help.to_string().contains("\nExamples:\n"), "{help}");
        }
    }
}

/// What stands on a line of its own in documents, with cargo or without.
#[rstest]
#[case(include_str!("../../README.md"), 20)]
#[case(include_str!("../../CONTRIBUTING.md"), 2)]
#[case(include_str!("../../docs/github-workflow.yml"), 5)]
fn commands_in_documents_can_be_typed(#[case] text: &str, #[case] at_least: usize) {
    let mut commands = 0;
    for line in text.lines() {
        let line = line.trim().trim_start_matches("nohup ").replace("$PART", "1");
        let command = match line.strip_prefix("cargo run ") {
            Some(rest) => match rest.split_once("-- ") {
                Some((_, ours)) => format!("calconform {ours}"),
                None => continue,
            },
            None if line.starts_with("calconform ") && !line.starts_with("calconform = ") => line,
            None => continue,
        };
        let words = arguments(&command).unwrap_or_default();
        if let Err(error) = Cli::try_parse_from(&words) {
            panic!("{command}\n{error}");
        }
        commands += 1;
    }
    assert!(commands >= at_least, "only {commands} commands found");
}
