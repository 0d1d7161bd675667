"""The main job done by the program itself, through the real window: for a computer without a screen."""
