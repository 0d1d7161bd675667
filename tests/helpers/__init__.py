"""Real servers, browsers and screens for tests."""
