"""Understanding → Answer, one module for each kind of answer."""
