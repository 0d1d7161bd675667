"""Markdown as the visual editor knows it: cut into blocks, read into runs of styled text, and written again.

Whatever is not understood for certain is kept as it is: `blocks.split` returns it as a protected block. The blocks,
put together again, are the text, byte for byte.
"""
