"""The app that an administrator uploads to Teams: manifest, texts, icons, and the zip around them."""
