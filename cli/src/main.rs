//! The `polsim` command.

fn main() {}
