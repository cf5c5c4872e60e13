//! Pages of the process's own, and what each operating system can do for them.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::secret_pages;
#[cfg(windows)]
pub(crate) use windows::secret_pages;
