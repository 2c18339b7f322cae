//! The program `avatar-prep`; everything is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    avatar_heap::keep_freed();
    ExitCode::from(avatar_prep_command::run(std::env::args_os()))
}
