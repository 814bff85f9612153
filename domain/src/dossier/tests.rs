//! Filled in below by examples and properties.
