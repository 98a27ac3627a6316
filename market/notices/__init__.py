"""Messages to people; nothing closes without one."""
