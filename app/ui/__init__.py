"""The screens: Streamlit lives here and in app/main.py only."""
