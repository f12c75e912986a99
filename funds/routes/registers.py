"""Addresses of the registers, sanction orders and note sheets."""

from django.urls import path

from funds.views import noting, registers

urlpatterns = [
    path("registers/diary/", registers.diary, name="diary"),
    path("registers/diary/new", registers.diary_new, name="diary_new"),
    path("registers/diary/file.<str:form>", registers.diary_file, name="diary_file"),
    path("registers/dispatch/", registers.dispatch, name="dispatch"),
    path("registers/dispatch/new", registers.dispatch_new, name="dispatch_new"),
    path("registers/dispatch/file.<str:form>", registers.dispatch_file, name="dispatch_file"),
    path("sanctions/", registers.sanction_list, name="sanction_list"),
    path("sanctions/file.<str:form>", registers.sanction_list_file, name="sanction_list_file"),
    path("sanctions/<path:number>/paper", registers.sanction_order, name="sanction_order"),
    path("requests/<int:pk>/notes", noting.notes, name="notes"),
    path("requests/<int:pk>/notes/paper", noting.note_sheet, name="note_sheet"),
]
