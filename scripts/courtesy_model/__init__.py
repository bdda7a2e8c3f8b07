"""Makes the model beside the word lists of the wording check: `python -m scripts.courtesy_model`."""
