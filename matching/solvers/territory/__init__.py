"""Large rounds: split by territory, solve the parts side by side, mend the borders."""
