//! The characters of values that tell time.

use jiff::civil::{Date, Time};

use super::time::ValueError;

/// Reads a value from left to right.
pub(super) struct Scan<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(value: &'a str) -> Self {
        Scan {
            octets: value.as_bytes(),
            at: 0,
        }
    }

    pub fn error(&self, expected: &'static str) -> ValueError {
        ValueError::new(self.at, expected)
    }

    pub fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    pub fn take(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);
        self.at += usize::from(found);
        found
    }

    pub fn literal(&mut self, octet: u8, expected: &'static str) -> Result<(), ValueError> {
        if self.take(octet) {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    pub fn end(&self, expected: &'static str) -> Result<(), ValueError> {
        if self.at == self.octets.len() {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    pub fn digits(&mut self, count: usize, expected: &'static str) -> Result<u16, ValueError> {
        let mut number = 0;
        for place in self.at..self.at + count {
            match self.octets.get(place) {
                Some(digit @ b'0'..=b'9') => number = number * 10 + u16::from(digit - b'0'),
                _ => return Err(ValueError::new(place, expected)),
            }
        }
        self.at += count;
        Ok(number)
    }

    pub fn two(&mut self, least: u16, most: u16, expected: &'static str) -> Result<u8, ValueError> {
        let start = self.at;
        let number = self.digits(2, expected)?;
        if number < least || number > most {
            return Err(ValueError::new(start, expected));
        }
        Ok(number as u8)
    }

    pub fn number(&mut self, expected: &'static str) -> Result<u32, ValueError> {
        let digits = self.octets[self.at..]
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        let text = str::from_utf8(&self.octets[self.at..self.at + digits]).unwrap_or_default();
        let number = match text.parse() {
            Ok(number) => number,
            Err(_) if digits == 0 => return Err(self.error(expected)),
            Err(_) => return Err(self.error("a number below 4294967296")),
        };
        self.at += digits;
        Ok(number)
    }

    pub fn date(&mut self, form: &'static str) -> Result<Date, ValueError> {
        let year = self.digits(4, form)?;
        let month = self.two(1, 12, "a month from 01 to 12")?;
        let start = self.at;
        let day = self.two(1, 31, "a day from 01 to 31")?;
        Date::new(year as i16, month as i8, day as i8)
            .map_err(|_| ValueError::new(start, "a day that the month has"))
    }

    pub fn time(&mut self) -> Result<Time, ValueError> {
        let hour = self.two(0, 23, "an hour from 00 to 23")?;
        let minute = self.two(0, 59, "a minute from 00 to 59")?;
        let second = self.two(0, 60, "a second from 00 to 60")?;
        Ok(Time::constant(hour as i8, minute as i8, second.min(59) as i8, 0))
    }
}
