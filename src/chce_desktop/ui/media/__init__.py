"""The media library 媒体库: look through, add, describe and choose pictures and other files."""
