//! The order of ids in reports.

use std::cmp::Ordering;

/// Orders ids as a reader of the specification does: runs of digits by their number (`5.2.9` before `5.2.10`),
/// everything else by its characters.
pub fn by_id(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let (digits_left, digits_right) = (digits(left), digits(right));
        if digits_left > 0 && digits_right > 0 {
            let number = |text: &[u8]| {
                let zeros = text.iter().take_while(|&&byte| byte == b'0').count();
                (text.len() - zeros, text[zeros..].to_vec())
            };
            match number(&left[..digits_left]).cmp(&number(&right[..digits_right])) {
                Ordering::Equal => {}
                other => return other,
            }
            (left, right) = (&left[digits_left..], &right[digits_right..]);
            continue;
        }
        match (left.split_first(), right.split_first()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some((x, rest_left)), Some((y, rest_right))) => match x.cmp(y) {
                Ordering::Equal => (left, right) = (rest_left, rest_right),
                other => return other,
            },
        }
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("caldav-sched-10-5.2.9-1", "caldav-sched-10-5.2.10-1", Ordering::Less)]
    #[case("caldav-sched-10-8-2", "caldav-sched-10-8-10", Ordering::Less)]
    #[case("a#b", "a#b.c", Ordering::Less)]
    #[case("x-007", "x-7", Ordering::Less)]
    #[case("x-7", "x-7", Ordering::Equal)]
    #[case("99999999999999999999999999", "100000000000000000000000000", Ordering::Less)]
    fn numbers_count(#[case] a: &str, #[case] b: &str, #[case] expected: Ordering) {
        assert_eq!(by_id(a, b), expected);
        assert_eq!(by_id(b, a), expected.reverse());
    }
}
