"""What people outside the office propose about the records: one mechanism with three doors."""
