"""The manager of friendly links 友情链接."""
