//! Strangers write URLs; only public hosts are asked.

use shelflife::fetch::{FetchError, Fetcher, ForbiddenError, LocalAddresses};

use super::{error, fetcher, policy, text};
use crate::server::{Server, answer, page};

#[track_caller]
fn assert_local(error: &FetchError) {
    assert!(
        matches!(
            error,
            FetchError::Forbidden {
                reason: ForbiddenError::LocalAddress(_),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains("--allow-local"));
}

#[tokio::test]
async fn a_local_address_is_refused_unless_allowed() {
    let server = Server::of([page("7")]).await;
    for local in [LocalAddresses::Refuse, LocalAddresses::Only(vec![])] {
        let mut policy = policy(&server);
        policy.local = local;
        assert_local(&error(&Fetcher::live(policy).unwrap(), server.url("/")).await);
    }
    assert_eq!(server.count(), 0);
    let mut policy = policy(&server);
    policy.local = LocalAddresses::Allow;
    assert_eq!(
        text(&Fetcher::live(policy).unwrap(), server.url("/")).await,
        "7"
    );
}

#[tokio::test]
async fn an_allowed_network_is_asked_and_no_other_and_no_metadata_of_a_cloud() {
    let server = Server::with(|_, seen| match seen.path().strip_prefix("/to/") {
        Some(host) => answer(302, &[("location", &format!("http://{host}/"))], ""),
        None => page("7"),
    })
    .await;
    let with = |networks: &[&str]| {
        let networks = networks.iter().map(|network| network.parse().unwrap());
        let mut policy = policy(&server);
        policy.local = LocalAddresses::Networks(networks.collect());
        Fetcher::live(policy).unwrap()
    };
    let all = with(&["0.0.0.0/0", "::/0", "fd00::/8", "169.254.0.0/16"]);
    assert_eq!(text(&all, server.url("/")).await, "7");
    for host in [
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[fd00:ec2::254]",
        "168.63.129.16",
        "100.100.100.200",
    ] {
        assert_local(&error(&all, format!("http://{host}/")).await);
        assert_local(&error(&all, server.url(&format!("/to/{host}"))).await);
    }
    let one = with(&["127.0.0.0/8"]);
    assert_eq!(text(&one, server.url("/")).await, "7");
    assert_local(&error(&one, "http://10.0.0.1/".to_owned()).await);
    let asked = server.count();
    assert_local(&error(&with(&["10.0.0.0/8"]), server.url("/")).await);
    assert_eq!(server.count(), asked);
}

#[tokio::test]
async fn a_redirect_into_a_private_address_is_refused() {
    let inside = Server::of([page("secret")]).await;
    for location in [
        inside.url("/"),
        format!("http://localhost:{}/", inside.address.port()),
        format!("//[::ffff:127.0.0.1]:{}/", inside.address.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "http://[::1]/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        "http://0x7f.1/".to_owned(),
    ] {
        let server = Server::of([answer(302, &[("location", &location)], "")]).await;
        assert_local(&error(&fetcher(&server), server.url("/")).await);
    }
    assert_eq!(inside.count(), 0);
}

#[tokio::test]
async fn a_name_that_resolves_to_a_local_address_is_refused() {
    let server = Server::of([page("7")]).await;
    let url = format!("http://localhost:{}/", server.address.port());
    let mut policy = policy(&server);
    policy.local = LocalAddresses::Refuse;
    assert_local(&error(&Fetcher::live(policy).unwrap(), url).await);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_cached_page_of_a_local_address_is_refused() {
    let (server, cache) = (Server::of([page("7")]).await, tempfile::tempdir().unwrap());
    let mut policy = policy(&server);
    policy.cache = Some(cache.path().to_owned());
    text(&Fetcher::live(policy.clone()).unwrap(), server.url("/")).await;
    policy.local = LocalAddresses::Refuse;
    assert_local(&error(&Fetcher::live(policy).unwrap(), server.url("/")).await);
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_refused() {
    for location in ["file:///etc/passwd", "ftp://a.test/", "javascript:alert(1)"] {
        let server = Server::of([answer(302, &[("location", location)], "")]).await;
        let error = error(&fetcher(&server), server.url("/")).await;
        assert!(
            matches!(
                error,
                FetchError::Forbidden {
                    reason: ForbiddenError::Scheme(_),
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_redirect_with_a_password_is_refused_and_the_password_not_shown() {
    let server = Server::of([answer(
        302,
        &[("location", "http://me:hunter2@a.test/")],
        "",
    )])
    .await;
    let error = error(&fetcher(&server), server.url("/")).await.to_string();
    assert!(
        error.contains("http://a.test/") && !error.contains("hunter2"),
        "{error}"
    );
}
