"""The preview: the very page that readers will get, in a browser that can reach nothing but the site."""
