"""The front-page desk 首页编排."""
