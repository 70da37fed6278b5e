//! Pages that need JavaScript, rendered by the user's own Chromium.
//!
//! One browser serves a run. It starts when the first page needs it, shows a few pages at
//! once, and is ended when the run ends, also when the run is stopped or killed. Start, navigation
//! and each page as a whole have a bound, so a page that hangs costs its own time only.
//! Nothing is downloaded: the browser is the one that `CHROME` names or `PATH` holds.
//!
//! # Why the browser sees nothing but a gate
//! A page is a program from a stranger that runs beside the runner's metadata service and
//! databases. So all the browser may talk to is [`gate`], a proxy on loopback, which looks
//! names up itself and connects to admitted addresses only. That holds for the page, its
//! redirects, all that it loads and all that its scripts ask for; a name cannot change
//! its address between check and connection. What does not go through a proxy is switched
//! off: QUIC, and WebRTC outside the proxy.
//!
//! # Why a pipe
//! Commands reach the browser through a pipe that this process alone holds, so no port of the
//! machine listens for them. The browser ends when the pipe closes, whatever closed it: a run
//! that is killed outright leaves no browser behind, only its profile among temporary files.
//! A shell connects the pipe, so there is no browser on a system without `/bin/sh`.
//!
//! # Without the feature `browser`
//! Nothing here starts a process, and a page that needs JavaScript is an error that says so.

#[cfg(not(feature = "browser"))]
mod absent;
#[cfg(feature = "browser")]
mod devtools;
#[cfg(feature = "browser")]
mod gate;
mod job;
#[cfg(feature = "browser")]
mod page;
#[cfg(feature = "browser")]
mod program;
#[cfg(feature = "browser")]
mod worker;

#[cfg(not(feature = "browser"))]
pub(super) use absent::Browser;
pub(super) use job::Rendered;
#[cfg(feature = "browser")]
pub(super) use worker::Browser;
