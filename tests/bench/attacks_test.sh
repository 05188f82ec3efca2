#!/bin/bash
# Runs the test where it really is, in the checkout, beside what it imports.
exec python3 -B "$(dirname "$(realpath "$0")")/attacks_test.py"
