use rstest::rstest;

use crate::run::matchers::meaning::{same_href, same_path};

#[rstest]
#[case("/a/b/", "/a/b", true)]
#[case("/a/./b", "/a/b", true)]
#[case("/a%20b", "/a b", true)]
#[case("/%7euser/", "/~user/", true)]
#[case("http://h/a", "/a", true)]
#[case("http://h:80/a", "HTTP://H/a", true)]
#[case("http://h/a", "https://h/a", false)]
#[case("http://h/a", "http://other/a", false)]
#[case("/a%2Fb", "/a/b", false)]
#[case("/a%2fb", "/a%2Fb", true)]
#[case("/a//", "/a", false)]
#[case("/A", "/a", false)]
#[case("/a?x", "/a", false)]
#[case("", "/", false)]
fn hrefs(#[case] a: &str, #[case] b: &str, #[case] same: bool) {
    assert_eq!((same_href(a, b), same_href(b, a)), (same, same));
}

#[test]
fn a_path_is_the_same_at_any_origin() {
    assert!(same_path("http://inside:8080/a/", "https://outside/a"));
    assert!(!same_path("http://inside:8080/a/", "https://outside/b"));
}
