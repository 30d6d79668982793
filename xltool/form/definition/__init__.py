"""What a form.yaml says: strict YAML, the model it fills, forms that extend others."""
