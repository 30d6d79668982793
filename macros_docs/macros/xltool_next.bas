Attribute VB_Name = "xltool_next"
Option Explicit
' In a workbook that came back from the bureau: jumps to the next cell in question, over all sheets, round and round.
' See the page of the same purpose. Give it a key: Alt+F8, Options.

Public Sub XltoolNextProblem()
    Dim found As String
    found = XltoolGoToNext()
    ' No marked cell.
    If Len(found) = 0 Then MsgBox Zh("6CA1 6709 6807 7EA2 7684 683C 5B50 3002"), vbInformation, "xltool"
End Sub

' Selects the next marked cell after the active one and returns it as sheet!row,column; "" if there is none.
Public Function XltoolGoToNext() As String
    Dim start As Long, i As Long, count As Long, sheet As Worksheet, row As Long, column As Long
    count = ActiveWorkbook.Worksheets.Count
    start = ActiveSheet.Index
    For i = 0 To count
        Set sheet = ActiveWorkbook.Worksheets((start - 1 + i) Mod count + 1)
        If i = 0 Then
            row = ActiveCell.Row
            column = ActiveCell.Column
        Else
            row = 1
            column = 0
        End If
        If sheet.Visible = -1 And Not IsReview(sheet) Then
            If FindAfter(sheet, row, column) Then
                sheet.Activate
                sheet.Cells(row, column).Select
                XltoolGoToNext = sheet.Name & "!" & row & "," & column
                Exit Function
            End If
        End If
    Next
End Function

' The marks of the bureau are comments with its words for rejected or to correct.
Private Function FindAfter(ByVal sheet As Worksheet, ByRef row As Long, ByRef column As Long) As Boolean
    Dim area As Range, bottom As Long, most As Long, r As Long, c As Long
    If sheet.Comments.Count = 0 Then Exit Function
    Set area = sheet.UsedRange
    bottom = area.Row + area.Rows.Count - 1
    most = area.Column + area.Columns.Count - 1
    For r = row To bottom
        For c = 1 To most
            If r > row Or c > column Then
                If IsMarked(sheet.Cells(r, c)) Then
                    row = r
                    column = c
                    FindAfter = True
                    Exit Function
                End If
            End If
        Next
    Next
End Function

Private Function IsMarked(ByVal cell As Range) As Boolean
    Dim words As String
    If cell.Comment Is Nothing Then Exit Function
    words = cell.Comment.Text
    IsMarked = InStr(words, Zh("3010 5BA1 6838 3011 9000 56DE")) > 0 Or InStr(words, Zh("3010 5BA1 6838 3011 987B 6539")) > 0
End Function

' The sheet of results lists the problems; it is not where they are.
Private Function IsReview(ByVal sheet As Worksheet) As Boolean
    IsReview = Left(sheet.Name, 4) = Zh("5BA1 6838 7ED3 679C")
End Function

Private Function Zh(ByVal codes As String) As String
    Dim parts() As String, i As Long
    parts = Split(codes, " ")
    For i = LBound(parts) To UBound(parts)
        Zh = Zh & ChrW(CLng("&H" & parts(i)))
    Next
End Function
