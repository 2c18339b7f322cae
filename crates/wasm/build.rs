//! Gives the program as much stack as drawings need that are nested deeply; the default is 1 MiB.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-zstack-size=4194304");
}
