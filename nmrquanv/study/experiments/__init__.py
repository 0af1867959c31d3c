"""The paper's claims as experiments, one module each; ``registry`` lists them."""
