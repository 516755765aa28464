//! What the build embeds: the register in a form that loads fast.

use std::sync::LazyLock;

use crate::spec::{Reading, Register, Requirement};

static REGISTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/register.bin"));

impl Register {
    /// The register that was built into this program.
    pub fn embedded() -> &'static Register {
        static EMBEDDED: LazyLock<Register> = LazyLock::new(|| {
            let (requirements, readings): (Vec<Requirement>, Vec<Reading>) =
                postcard::from_bytes(REGISTER).expect("the build wrote it with the same types");
            Register::from_checked(requirements, readings)
        });
        &EMBEDDED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Cell, Level, Specification};

    #[test]
    fn every_specification_is_there() {
        let denominators = Register::embedded().denominators();
        for specification in Specification::ALL {
            assert!(denominators[&specification][&Level::Must] > 0, "{specification}");
        }
    }

    #[test]
    fn what_is_the_same_as_in_10_says_the_same() {
        let register = Register::embedded();
        let heir = register.requirement("caldav-sched-06-1.2-1").unwrap();
        assert_eq!(
            heir.text,
            register.requirement("caldav-sched-10-1.5-4").unwrap().text
        );
        assert!(
            !register
                .requirement("caldav-sched-06-1.2-5")
                .unwrap()
                .is_testable(),
            "absent in -06"
        );
    }

    #[test]
    fn readings_decide_what_may_fail() {
        let register = Register::embedded();
        let invited = register.requirement("caldav-sched-10-5.2.1.1-1").unwrap();
        assert!(invited.implied && !invited.is_unconfirmed());
        let contested: Vec<_> = register
            .contested(register.requirement("caldav-sched-10-6.4-8").unwrap())
            .map(|reading| reading.id.as_str())
            .collect();
        assert_eq!(contested, ["T15"]);
    }

    #[test]
    fn tables_keep_their_rows_in_order() {
        let roles = Register::embedded()
            .requirement("rfc5546-1.4-1")
            .unwrap()
            .rows
            .clone()
            .unwrap();
        assert_eq!(roles.0[0].0, "Organizer");
        assert!(matches!(&roles.0[1].1, Cell::List(methods) if methods[0] == "REPLY"));
    }
}
