"""Files of papers: bytes in, facts or a refusal out; a store that names each file by its content. No database."""
