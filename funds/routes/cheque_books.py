"""Addresses of cheque books and of the papers of cheques."""

from django.urls import path

from funds.views import cheque_books

urlpatterns = [
    path("funds/<str:code>/cheques/", cheque_books.book_list, name="cheque_books"),
    path("funds/<str:code>/cheques/new", cheque_books.book_new, name="cheque_book_new"),
    path("funds/<str:code>/cheques/<int:pk>/", cheque_books.book, name="cheque_book"),
    path("funds/<str:code>/cheques/<int:pk>.<str:fmt>", cheque_books.book_file, name="cheque_book_file"),
    path("funds/<str:code>/cheques/<int:pk>/mark", cheque_books.leaf_mark, name="leaf_mark"),
    path("funds/<str:code>/leaves/<int:pk>/destroy", cheque_books.leaf_destroy, name="leaf_destroy"),
    path("funds/<str:code>/cheques/test-page", cheque_books.leaf_test, name="leaf_test"),
    path("instruments/<int:pk>/sign", cheque_books.cheque_sign, name="cheque_sign"),
    path("instruments/<int:pk>/leaf", cheque_books.leaf_print, name="leaf_print"),
    path("instruments/<int:pk>/leaf/preview", cheque_books.leaf_preview, name="leaf_preview"),
    path("instruments/<int:pk>/paper", cheque_books.cheque_end, name="cheque_end"),
]
