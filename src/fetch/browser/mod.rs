//! Pages that need JavaScript, rendered by the user's own Chromium.
//!
//! One browser serves a run. It starts when the first page needs it, renders a few pages at
//! once, and is ended when the run ends, also when the run is stopped or killed. Start, navigation
//! and each page as a whole have a time limit, so a page that hangs delays nothing else.
//! Nothing is downloaded: the browser is the one that `CHROME` names or `PATH` holds.
//!
//! # Why a page has a context of its own
//! A page can open pop-ups and workers that outlive it, and take every connection that the
//! browser opens to one proxy. So each page has a browser context and a proxy of its own, and
//! both end with it.
//!
//! # Why the browser connects to a filtering proxy only
//! A page is a program from a stranger that runs beside the runner's metadata service and
//! databases. So it connects to [`proxy`] only, a proxy on loopback, which resolves
//! names itself and connects to admitted addresses only, none of which is in a network that the
//! user allows. That holds for the page, its
//! redirects, all that it loads and all that its scripts request; a name cannot change
//! its address between check and connection. What does not go through a proxy is switched
//! off: QUIC, and WebRTC outside the proxy.
//!
//! # Why a pipe
//! Commands reach the browser through a pipe that only this process has open, so no port of the
//! machine listens for them. The browser ends when the pipe closes, whatever closed it: a run
//! that is killed outright leaves no browser behind. A shell connects the pipe, and removes the
//! profile when the browser has ended, so there is no browser on a system without `/bin/sh`.
//!
//! # Without the feature `browser`
//! Nothing here starts a process, and a page that needs JavaScript is an error that says so.

#[cfg(not(feature = "browser"))]
mod absent;
#[cfg(feature = "browser")]
mod devtools;
#[cfg(feature = "browser")]
mod page;
#[cfg(feature = "browser")]
mod process;
#[cfg(feature = "browser")]
mod proxy;
mod rendered;
#[cfg(feature = "browser")]
mod thread;

#[cfg(not(feature = "browser"))]
pub(super) use absent::Browser;
pub(super) use rendered::Rendered;
#[cfg(feature = "browser")]
pub(super) use thread::Browser;
