"""The router: every address comes through here."""

import streamlit as st

st.set_page_config(page_title="Selfsight", layout="wide")
st.navigation([st.Page("home.py", title="Home", default=True)]).run()
