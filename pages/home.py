"""Home: what this is."""

import streamlit as st

st.title("Watch a network learn to see")
