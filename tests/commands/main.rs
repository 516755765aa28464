//! Commands as processes of their own: a target file from a URL, runs that are stopped or killed, and bringing back what was.

mod clean;
mod discover;
mod relay;
mod stop;
mod support;
