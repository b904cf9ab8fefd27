"""Text to tree: keywords of both languages, lexer, grammar and the author's tree."""
